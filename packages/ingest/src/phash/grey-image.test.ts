import { expect, test } from 'vitest';
import { sampled } from './grey-image.ts';

test('a sample lies between its four neighbours, and outside takes the nearest value', () => {
  const values = Float32Array.from({ length: 16 }, (_, i) => (i % 4) + 10 * Math.floor(i / 4));
  expect(sampled(values, 4, 1.25, 2.5)).toBeCloseTo(26.25, 5);
  expect(sampled(values, 4, -3, 9)).toBe(30);
});
