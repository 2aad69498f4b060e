import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greyRange, LEAST_RANGE } from './contrast.ts';

const image = (width: number, height: number, grey: (x: number, y: number) => number) => ({
  width,
  pixels: Uint8Array.from({ length: width * height }, (_, i) => grey(i % width, Math.floor(i / width))),
});

test('the range of an even image is 0, that of black and white halves 255', () => {
  expect(greyRange(image(64, 64, () => 7))).toBe(0);
  expect(greyRange(image(64, 64, (x) => (x < 32 ? 0 : 255)))).toBe(255);
});

test('a few pixels that differ, such as a marker in white, do not make it', () => {
  expect(greyRange(image(1000, 1000, (x, y) => (x < 90 && y < 90 ? 255 : (x + y) % 10)))).toBeLessThan(
    LEAST_RANGE,
  );
});

test('the grid covers the image, whatever its shape', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 900 }), fc.integer({ min: 100, max: 900 }), (width, height) => {
      const across = greyRange(image(width, height, (x) => Math.floor((256 * x) / width)));
      const down = greyRange(image(width, height, (_, y) => Math.floor((256 * y) / height)));
      for (const range of [across, down]) expect(Math.abs(range - 250)).toBeLessThan(30);
    }),
    { numRuns: 60 },
  );
});
