import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { greyPixels } from './grey-png.ts';

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG of filtered lines as they are given: any bytes are some image. */
function png(size: number, lines: Uint8Array, pieces = 1, kind: readonly number[] = [8, 0, 0, 0, 0]): Buffer {
  const header = Buffer.from([0, 0, 0, size, 0, 0, 0, size, ...kind]);
  const packed = deflateSync(lines);
  const length = Math.ceil(packed.length / pieces);
  const data = Array.from({ length: pieces }, (_, i) =>
    chunk('IDAT', packed.subarray(i * length, (i + 1) * length)),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('a\0b')),
    ...data,
    chunk('IEND', Buffer.of()),
  ]);
}

const plain = (bytes: Uint8Array) => sharp(bytes).toColourspace('b-w').raw().toBuffer();

/** Lines of random bytes under random filters. */
const drawing = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.tuple(
    fc.constant(size),
    fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ minLength: size, maxLength: size })), {
      minLength: size,
      maxLength: size,
    }),
    fc.integer({ min: 1, max: 3 }),
  ),
);

test('the pixels are those that libpng reads, whatever the filters', async () => {
  await fc.assert(
    fc.asyncProperty(drawing, async ([size, rows, pieces]) => {
      const bytes = png(
        size,
        Buffer.concat(rows.map(([filter, line]) => Buffer.of(filter, ...line))),
        pieces,
      );
      expect(Buffer.from(greyPixels(bytes, size) ?? [])).toEqual(await plain(bytes));
    }),
    { numRuns: 300 },
  );
});

test('what is not such a PNG, or not whole, is left to others', () => {
  const lines = new Uint8Array(4 * 5);
  const whole = png(4, lines);
  expect(greyPixels(whole, 4)).toEqual(new Uint8Array(16));
  expect(greyPixels(whole, 5)).toBeNull();
  expect(greyPixels(png(4, lines, 1, [16, 0, 0, 0, 0]), 4)).toBeNull();
  expect(greyPixels(png(4, lines, 1, [8, 6, 0, 0, 0]), 4)).toBeNull();
  expect(greyPixels(png(4, lines, 1, [8, 0, 0, 0, 1]), 4)).toBeNull();
  expect(greyPixels(png(4, lines.subarray(5)), 4)).toBeNull();
  expect(greyPixels(png(4, new Uint8Array(1e6)), 4)).toBeNull();
  expect(
    greyPixels(
      png(
        4,
        Uint8Array.from(lines, (_, i) => (i === 5 ? 5 : 0)),
      ),
      4,
    ),
  ).toBeNull();
  const end = whole.indexOf('IEND') - 8;
  for (let length = 0; length < end; length++) expect(greyPixels(whole.subarray(0, length), 4)).toBeNull();
  const flipped = Buffer.from(whole);
  const at = whole.indexOf('IDAT') + 8;
  flipped.writeUInt8((flipped[at] ?? 0) ^ 16, at);
  expect(greyPixels(flipped, 4)).toBeNull();
});
