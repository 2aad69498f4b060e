import { expect, test } from 'vitest';
import { rejections } from './seeds-freedom.ts';

test('five seeds that hold most of the variance reject a true null in some 5 %', () => {
  // with K - 1 degrees of freedom for their part it would be 5.8 %; a standard error is 0.15 %
  const rate = rejections(5, 0.8, 20_000);
  expect(rate).toBeGreaterThan(0.045);
  expect(rate).toBeLessThan(0.0535);
}, 60_000);
