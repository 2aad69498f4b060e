import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { Kernels } from '@viewgap/shards/grey';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { tiffFile } from '../../test/tiff-file.ts';
import { Codecs } from '../dicom/codecs/codecs.ts';
import { decodeRaster, type Raster } from './raster.ts';

const kernels = new Kernels();
const codecs = new Codecs();
const EDGE = 64;

async function decoded(bytes: Uint8Array, depth?: number): Promise<Raster> {
  const film = await decodeRaster(bytes, kernels, { maxPixels: 2 ** 26, codecs, depth });
  if ('reason' in film) throw new Error(`${film.reason}: ${film.detail}`);
  return film;
}

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/deep/${name}`, import.meta.url));
const meanOf = ({ pixels }: Raster) => pixels.reduce((a, b) => a + b, 0) / pixels.length;
const endsOf = ({ pixels }: Raster) => [Math.min(...pixels), Math.max(...pixels)];

/** Every value from `least` to `most`, in equal steps. */
const slope = (least: number, most: number) =>
  Array.from({ length: EDGE ** 2 }, (_, i) => least + ((most - least) * i) / (EDGE ** 2 - 1));
const whole = (least: number, most: number) => slope(least, most).map(Math.round);
const greys = (most: number) => slope(0, most).map((value) => Math.round(value));

const png16 = (values: readonly number[]) =>
  sharp(Uint16Array.from(values), { raw: { width: EDGE, height: EDGE, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();

/** The PNG with an sBIT chunk, which tells how many bits the original had. */
function withSignificantBits(png: Buffer, bits: number): Buffer {
  const chunk = Buffer.from([0, 0, 0, 1, ...Buffer.from('sBIT'), bits, 0, 0, 0, 0]);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 9)), 9);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

describe('12 bits in a file of 16, not scaled up, are shown as 12 bits', () => {
  // As Pillow and tifffile wrote it: a film whose mean is 161.8 of 255 if 4095 is white.
  test.each(['12-of-16.png', '12-of-16-sbit.png', '12-of-16.tif', '12-of-16-signed.tif'])(
    '%s',
    async (name) => {
      const film = await decoded(fixture(name));
      expect(film.depth).toBe(12);
      expect(Math.abs(meanOf(film) - 161.8)).toBeLessThan(1);
      expect(new Set(film.pixels).size).toBeGreaterThan(200);
    },
  );

  test('in three equal channels, and under alpha', async () => {
    const values = whole(0, 4095);
    const grey = await decoded(await png16(values));
    const channels = (count: 3 | 4) =>
      sharp(Uint16Array.from(values.flatMap((v) => [v, v, v, 65_535].slice(0, count))), {
        raw: { width: EDGE, height: EDGE, channels: count },
      })
        .toColourspace('rgb16')
        .png()
        .toBuffer();
    for (const count of [3, 4] as const) expect(await decoded(await channels(count))).toEqual(grey);
    expect(grey.pixels).toEqual(Uint8Array.from(greys(255)));
  });
});

describe('the depth is the least usual one that holds the film', () => {
  test.each([
    [255, 8],
    [1023, 10],
    [3000, 12],
    [16_383, 14],
    [65_535, 16],
  ])('values up to %i are of %i bits', async (most, depth) => {
    const film = await decoded(await png16(whole(0, most)));
    expect(film.depth).toBe(depth);
    expect(endsOf(film)).toEqual([0, Math.round((255 * most) / (2 ** depth - 1))]);
  });

  test('unless the source says it: a film that is darker than its depth, or has words in white', async () => {
    const dark = await png16(whole(0, 15_000));
    expect(endsOf(await decoded(dark, 16))).toEqual([0, 58]);
    const written = await png16([65_535, ...whole(0, 4095).slice(1)]);
    expect(await decoded(written, 12)).toMatchObject({ depth: 12 });
    expect(meanOf(await decoded(written, 12))).toBeCloseTo(127.5, 0);
  });

  test('and of 8 bits it is 8, whatever the source says', async () => {
    const png = await sharp(Uint8Array.from(greys(100)), { raw: { width: EDGE, height: EDGE, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const jpeg = await sharp(png).jpeg().toBuffer();
    for (const file of [png, jpeg]) expect(await decoded(file, 12)).toMatchObject({ depth: 8 });
    expect(endsOf(await decoded(png, 12))).toEqual([0, 100]);
  });
});

describe('a PNG with sBIT', () => {
  test('may be scaled up, as its specification wants, or not: both are the same film', async () => {
    const values = whole(0, 4095);
    const right = withSignificantBits(await png16(values), 12);
    const shifted = withSignificantBits(await png16(values.map((v) => v << 4)), 12);
    const repeated = withSignificantBits(await png16(values.map((v) => (v << 4) | (v >> 8))), 12);
    const film = await decoded(right);
    expect(film.depth).toBe(12);
    expect(endsOf(film)).toEqual([0, 255]);
    expect(await decoded(repeated)).toEqual(film);
    const { pixels, depth } = await decoded(shifted);
    expect(depth).toBe(12);
    expect(Math.max(...pixels.map((grey, i) => Math.abs(grey - (film.pixels[i] as number))))).toBeLessThan(2);
  });

  test('is believed before the source, and not where its number is none', async () => {
    const png = await png16(whole(0, 4000));
    expect(await decoded(withSignificantBits(png, 16), 12)).toMatchObject({ depth: 16 });
    expect(await decoded(withSignificantBits(png, 0))).toMatchObject({ depth: 12 });
  });
});

describe('a TIFF', () => {
  const values = slope(0, 4095);

  test('of float from 0 to 1 is white at 1, also where a resize went a little beyond', async () => {
    const film = await decoded(
      tiffFile(
        Float32Array.from(values, (v) => v / 4095),
        EDGE,
        'float',
      ),
      12,
    );
    expect(film.depth).toBe(null);
    expect(film.pixels).toEqual(Uint8Array.from(greys(255)));
    const beyond = await decoded(
      tiffFile(
        Float32Array.from(values, (v) => (1.1 * v) / 4095),
        EDGE,
        'float',
      ),
    );
    expect(meanOf(beyond)).toBeGreaterThan(127.5);
  });

  test.each([
    ['float', Float32Array.from(values), 'float'],
    ['32 bits', Uint32Array.from(values), 'unsigned'],
  ] as const)('of %s from 0 to 4095 is of 12 bits', async (_, samples, format) => {
    const film = await decoded(tiffFile(samples, EDGE, format));
    expect(film.depth).toBe(12);
    expect(endsOf(film)).toEqual([0, 255]);
  });

  test.each([
    ['signed', Int16Array.from(whole(-1024, 3071)), 'signed'],
    ['float', Float32Array.from(slope(-2, 2)), 'float'],
  ] as const)(
    'of %s values below 0 is black at the least and white at the largest',
    async (_, samples, format) => {
      const film = await decoded(tiffFile(samples, EDGE, format));
      expect(film.depth).toBe(null);
      expect(endsOf(film)).toEqual([0, 255]);
      expect(meanOf(film)).toBeCloseTo(127.5, 0);
    },
  );

  test('of float with what is no number shows it black', async () => {
    const holes = Float32Array.from(values, (v, i) => (i === 7 ? Number.NaN : v / 4095));
    const film = await decoded(tiffFile(holes, EDGE, 'float'));
    expect(film.pixels[7]).toBe(0);
    expect(endsOf(film)).toEqual([0, 255]);
  });
});
