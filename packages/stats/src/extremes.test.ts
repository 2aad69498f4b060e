import { expect, test } from 'vitest';
import { largest, smallest } from './extremes.ts';

test('a million numbers have a largest and a smallest one', () => {
  const numbers = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
  expect([smallest(numbers), largest(numbers)]).toEqual([0, 1_000_002]);
});

test.each([
  [[], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  [[3], [3, 3]],
  [
    [1, Number.NaN],
    [Number.NaN, Number.NaN],
  ],
])('%j is as Math.min and Math.max have it', (numbers, expected) => {
  expect([smallest(numbers), largest(numbers)]).toEqual(expected);
  expect(expected).toEqual([Math.min(...numbers), Math.max(...numbers)]);
});
