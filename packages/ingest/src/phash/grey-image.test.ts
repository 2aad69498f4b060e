import { expect, test } from 'vitest';
import { blurred, reduced, sampled } from './grey-image.ts';

const square = (edge: number, value: (x: number, y: number) => number) =>
  Float64Array.from({ length: edge * edge }, (_, i) => value(i % edge, Math.floor(i / edge)));

test('a part of an image is reduced by the means of areas, of which some pixels belong to two', () => {
  const pixels = square(6, (x, y) => (x === 0 ? 99 : 10 * x + y));
  const image = { width: 6, height: 6, pixels };
  const small = reduced(image, { x: { start: 1, size: 3 }, y: { start: 2, size: 4 } }, 2);
  // Columns 1 and half of 2, rows 2 and 3.
  expect(small[0]).toBeCloseTo((10 + 0.5 * 20) / 1.5 + 2.5, 10);
  expect(small[3]).toBeCloseTo((30 + 0.5 * 20) / 1.5 + 4.5, 10);
});

test('a blur is the mean of a box, mirrored at the edges', () => {
  const values = square(8, (x) => x * x);
  const mirrored = (x: number) => (x < 0 ? -1 - x : x > 7 ? 15 - x : x) ** 2;
  const blur = blurred(values, 2);
  for (let x = 0; x < 8; x++) {
    const mean = [-2, -1, 0, 1, 2].reduce((sum, i) => sum + mirrored(x + i), 0) / 5;
    expect(blur[3 * 8 + x], `${x}`).toBeCloseTo(mean, 10);
  }
});

test('a sample lies between its four neighbours, and outside takes the nearest value', () => {
  const values = square(4, (x, y) => x + 10 * y);
  expect(sampled(values, 4, 1.25, 2.5)).toBeCloseTo(26.25, 10);
  expect(sampled(values, 4, -3, 9)).toBe(30);
});
