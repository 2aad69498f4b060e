import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readGreyPng, writeGreyPng } from './grey-png.ts';
import { Kernels } from './kernels.ts';

const kernels = new Kernels();
const ANY_SIZE = Number.POSITIVE_INFINITY;

const images = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) => {
    const pixels = fc.uint8Array({ minLength: width * height, maxLength: width * height });
    return fc.record({ width: fc.constant(width), height: fc.constant(height), pixels });
  });

/** The image with any filter for each row, put together from a PNG of ours. */
function withFilters(image: { width: number; height: number }, rows: Buffer): Buffer {
  const whole = Buffer.from(
    writeGreyPng({ ...image, pixels: new Uint8Array(image.width * image.height) }, kernels),
  );
  const header = whole.subarray(0, 33);
  return Buffer.concat([header, chunk('IDAT', deflateSync(rows)), whole.subarray(-12)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crcOf(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** The CRC of the PNG specification's annex D, bit by bit. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('a PNG of 8-bit grey', () => {
  test('that we write is what libpng reads', async () => {
    await fc.assert(
      fc.asyncProperty(images, async (image) => {
        const png = writeGreyPng(image, kernels);
        const read = sharp(png, { failOn: 'warning' });
        expect(await read.metadata()).toMatchObject({ channels: 1, depth: 'uchar', isPalette: false });
        expect((await read.toColourspace('b-w').raw().toBuffer()).equals(image.pixels)).toBe(true);
        expect(readGreyPng(png, kernels, ANY_SIZE)).toEqual(image);
      }),
      { numRuns: 50 },
    );
  });

  test('with any filter in any row is read as libpng reads it', async () => {
    await fc.assert(
      fc.asyncProperty(images, fc.infiniteStream(fc.integer({ min: 0, max: 4 })), async (image, filters) => {
        const { width, height, pixels } = image;
        const rows = Array.from({ length: height }, (_, y) =>
          Buffer.from([filters.next().value as number, ...pixels.subarray(y * width, (y + 1) * width)]),
        );
        const png = withFilters(image, Buffer.concat(rows));
        const expected = await sharp(png).toColourspace('b-w').raw().toBuffer();
        expect(expected.equals(readGreyPng(png, kernels, ANY_SIZE)?.pixels ?? Buffer.alloc(0))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ['an unknown filter', Buffer.from([5, 1, 2, 0, 3, 4])],
    ['fewer rows than its header says', Buffer.from([0, 1, 2])],
    ['more rows than its header says', Buffer.from([0, 1, 2, 0, 3, 4, 0, 5, 6])],
  ])('with %s is refused', (_, rows) => {
    expect(() => readGreyPng(withFilters({ width: 2, height: 2 }, rows), kernels, ANY_SIZE)).toThrow();
  });

  test('cut anywhere, or with any bit of its image flipped, is refused', () => {
    const png = writeGreyPng(
      { width: 9, height: 5, pixels: Uint8Array.from({ length: 45 }, (_, i) => i * 5) },
      kernels,
    );
    for (let length = 8; length < png.length - 8; length++) {
      expect(() => readGreyPng(png.subarray(0, length), kernels, ANY_SIZE), `${length} bytes`).toThrow();
    }
    for (let at = 37; at < png.length - 16; at++) {
      const changed = Uint8Array.from(png);
      changed[at] = (changed[at] as number) ^ 4;
      expect(() => readGreyPng(changed, kernels, ANY_SIZE), `byte ${at}`).toThrow();
    }
  });
});

test('another kind of PNG, and one of too many pixels, is left to others', async () => {
  const grey = sharp(Buffer.alloc(64), { raw: { width: 8, height: 8, channels: 1 } });
  const others = [
    grey.clone().toColourspace('srgb').png(),
    grey.clone().png({ progressive: true, palette: false }),
  ];
  for (const other of others) expect(readGreyPng(await other.toBuffer(), kernels, ANY_SIZE)).toBe(null);
  const small = writeGreyPng({ width: 8, height: 8, pixels: new Uint8Array(64) }, kernels);
  expect(readGreyPng(small, kernels, 63)).toBe(null);
});
