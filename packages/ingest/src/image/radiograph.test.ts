import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { FIXTURE, SETTINGS, sharedData } from '../../test/testing.ts';
import { type Rejection, wordsOf } from '../dicom/rejection.ts';
import { type Radiograph, RadiographReader } from './radiograph.ts';

const read = (bytes: Uint8Array, size = 32, geometry: 'stretch' | 'letterbox' = 'stretch') =>
  new RadiographReader({ ...SETTINGS, size, geometry }).read(bytes);

function usable(result: Radiograph | Rejection): Radiograph {
  if ('reason' in result) throw new Error(`${result.reason}: ${result.detail}`);
  return result;
}

const pixelsOf = (png: Uint8Array) => sharp(png).toColourspace('b-w').raw().toBuffer();

/** A slope of grey, different everywhere along x. */
const slope = (width: number, height: number) =>
  Uint8Array.from({ length: width * height }, (_, i) => Math.floor(((i % width) * 255) / (width - 1)));
const greyPng = (pixels: Uint8Array | Uint16Array, width: number, height: number) =>
  sharp(pixels, { raw: { width, height, channels: 1 } });

const pillow = JSON.parse(readFileSync(join(FIXTURE, '../pixels.json'), 'utf8')) as Record<
  string,
  { pixel_sha256: string; lanczos_32: number[] }
>;

describe('real radiographs, RGB and RGBA, as Pillow reads them', () => {
  test.each(Object.entries(pillow))('%s', async (name, expected) => {
    const { width, height, pixelSha256, encoded } = usable(
      await read(await readFile(join(FIXTURE, 'images', name))),
    );
    expect([width, height]).toEqual([64, 64]);
    expect(pixelSha256).toBe(expected.pixel_sha256);
    const { channels, depth, isPalette } = await sharp(encoded).metadata();
    expect({ channels, depth, isPalette }).toEqual({ channels: 1, depth: 'uchar', isPalette: false });
    const differences = [...(await pixelsOf(encoded))].map((value, i) =>
      Math.abs(value - (expected.lanczos_32[i] ?? NaN)),
    );
    expect(differences).toHaveLength(32 * 32);
    expect(differences.reduce((a, b) => a + b) / differences.length).toBeLessThan(1);
  });
});

describe('pixels', () => {
  test('of an image that has the size asked for are kept', async () => {
    const pixels = slope(32, 32);
    const { encoded } = usable(await read(await greyPng(pixels, 32, 32).png().toBuffer()));
    expect(await pixelsOf(encoded)).toEqual(Buffer.from(pixels));
  });

  test('under a transparent alpha are kept', async () => {
    const pixels = slope(32, 32);
    const rgba = Buffer.from([...pixels].flatMap((value, i) => [value, value, value, i % 2 === 0 ? 0 : 255]));
    const png = await sharp(rgba, { raw: { width: 32, height: 32, channels: 4 } })
      .png()
      .toBuffer();
    expect(await pixelsOf(usable(await read(png)).encoded)).toEqual(Buffer.from(pixels));
  });

  test('of 16-bit grey are scaled to 8 bits, linearly', async () => {
    const deep = Uint16Array.from(slope(64, 32), (value) => value * 257);
    const png = await greyPng(deep, 64, 32).toColourspace('grey16').png().toBuffer();
    expect((await sharp(png).metadata()).depth).toBe('ushort');
    const shallow = await greyPng(slope(64, 32), 64, 32).png().toBuffer();
    expect(usable(await read(png)).pixelSha256).toBe(usable(await read(shallow)).pixelSha256);
  });

  test('in one channel, in three equal ones and in a palette have one hash, in another shape another', async () => {
    const pixels = slope(64, 32);
    const grey = await greyPng(pixels, 64, 32).toColourspace('b-w').png().toBuffer();
    const rgb = await greyPng(pixels, 64, 32).toColourspace('srgb').png().toBuffer();
    const palette = await greyPng(slope(64, 32), 64, 32)
      .png({ palette: true, colours: 256, dither: 0 })
      .toBuffer();
    const turned = await greyPng(pixels, 32, 64).png().toBuffer();
    const hashes = [];
    for (const png of [grey, rgb, palette, turned]) hashes.push(usable(await read(png)).pixelSha256);
    expect((await sharp(rgb).metadata()).channels).toBe(3);
    expect((await sharp(palette).metadata()).isPalette).toBe(true);
    expect(new Set(hashes.slice(0, 3)).size).toBe(1);
    expect(hashes[3]).not.toBe(hashes[0]);
  });

  test('of a film have one hash, also where its thread`s memory grows while it is resized', async () => {
    const sample = new URL('../../../../pipelines/nih-sample/images/00000013_003.png', import.meta.url);
    const film = await readFile(sample);
    const reader = new RadiographReader({ ...SETTINGS, size: 64 });
    const first = usable(await reader.read(film));
    expect(usable(await reader.read(film)).pixelSha256).toBe(first.pixelSha256);
  });

  test('fill the square when stretched, and stand between black bars when letterboxed', async () => {
    const bright = slope(64, 32).map((value) => 100 + (value >> 1));
    const png = await greyPng(bright, 64, 32).png().toBuffer();
    const stretched = await pixelsOf(usable(await read(png)).encoded);
    const boxed = await pixelsOf(usable(await read(png, 32, 'letterbox')).encoded);
    expect(stretched).toHaveLength(32 * 32);
    expect(boxed).toHaveLength(32 * 32);
    expect(Math.min(...stretched)).toBeGreaterThanOrEqual(99);
    const dark = Array.from({ length: 32 }, (_, y) =>
      boxed.subarray(32 * y, 32 * y + 32).every((v) => v === 0),
    );
    expect(dark).toEqual(Array.from({ length: 32 }, (_, y) => y < 8 || y >= 24));
  });
});

test('raw pixels are those of the PNG', async () => {
  const file = await readFile(join(FIXTURE, 'images/00000013_000.png'));
  const reader = new RadiographReader({ ...SETTINGS, size: 48, encoding: 'raw' });
  const { encoded } = usable(await reader.read(file));
  expect(encoded).toHaveLength(48 * 48);
  expect(Buffer.compare(await pixelsOf(usable(await read(file, 48)).encoded), encoded)).toBe(0);
});

describe('a file that cannot be used', () => {
  const real = readFileSync(join(FIXTURE, 'images/00000013_000.png'));

  test.each([
    ['in the middle', (png: Buffer) => png.subarray(0, png.length / 2)],
    ['before its last chunk', (png: Buffer) => png.subarray(0, png.length - 12)],
    ['in its header', (png: Buffer) => png.subarray(0, 20)],
    ['at its start', () => Buffer.alloc(0)],
    [
      'in the middle, as a JPEG',
      async (png: Buffer) => (await sharp(png).jpeg().toBuffer()).subarray(0, 900),
    ],
  ])('cut %s is truncated', async (_, cut) => {
    const result = (await read(await cut(real))) as Rejection;
    expect(result.reason).toBe('truncated');
    expect(wordsOf(result)).toMatch(/^[^\n]{5,120}$/);
  });

  test('of several pages is not read', async () => {
    const pages = [real, await sharp(real).negate().toBuffer()];
    const gif = await sharp(pages, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await read(gif)).toMatchObject({ reason: 'several-frames', detail: '2 pages' });
  });

  test.each([
    ['with a changed byte', Buffer.from(real).fill(real[2000] === 0 ? 1 : 0, 2000, 2001)],
    ['of text', Buffer.from('<html>not found</html>')],
  ])('%s is unreadable', async (_, bytes) => {
    const result = (await read(bytes)) as Rejection;
    expect(result.reason).toBe('unreadable');
    expect(wordsOf(result)).toMatch(/^[^\n]{5,120}$/);
  });

  test('of one grey value is constant', async () => {
    const png = await greyPng(new Uint8Array(64 * 64).fill(7), 64, 64)
      .png()
      .toBuffer();
    expect(await read(png)).toMatchObject({ reason: 'constant', detail: 'every pixel is 7' });
  });

  test('of too many pixels is not decoded', async () => {
    const header = Buffer.from(real);
    header.writeUInt32BE(20_000, 16);
    header.writeUInt32BE(20_000, 20);
    const { crc32 } = await import('node:zlib');
    header.writeUInt32BE(crc32(header.subarray(12, 29)), 29);
    expect(await read(header)).toMatchObject({ reason: 'over-size', detail: '20000 x 20000 pixels' });
  });
});

const originals = sharedData('nih-1024/images');
test.skipIf(originals === null)(
  'originals of 1024 pixels, grey and RGBA (skipped where ../shared is absent)',
  async () => {
    for (const name of ['00000075_000.png', '00001369_000.png', '00002578_000.png']) {
      const result = usable(
        await new RadiographReader(SETTINGS).read(await readFile(join(originals as string, name))),
      );
      expect([result.width, result.height]).toEqual([1024, 1024]);
    }
  },
);
