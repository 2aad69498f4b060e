import { expect, test } from 'vitest';
import { depthHolding } from './depth.ts';

test.each([
  [0, 8],
  [255, 8],
  [256, 10],
  [1023, 10],
  [3957, 12],
  [4095, 12],
  [4096, 14],
  [16_383, 14],
  [16_384, 16],
  [65_535, 16],
  [65_536, 17],
])('values up to %i are of %i bits', (most, bits) => {
  expect(depthHolding(most)).toBe(bits);
});
