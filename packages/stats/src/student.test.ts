import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normalTail } from './normal.ts';
import { studentQuantile, studentTail, studentTwoSidedP } from './student.ts';

type Triple = [of: number, df: number, value: number];
const { tails, quantiles } = JSON.parse(
  readFileSync(new URL('../fixtures/student-expected.json', import.meta.url), 'utf8'),
) as { tails: Triple[]; quantiles: Triple[] };

test.each(tails)('P(T > %d) with %d degrees of freedom is that of scipy', (x, df, value) => {
  expect(Math.abs(studentTail(x, df) / value - 1)).toBeLessThan(1e-10);
});

test.each(quantiles)('so is the quantile of %d with %d degrees of freedom', (p, df, value) => {
  expect(Math.abs(studentQuantile(p, df) / value - 1)).toBeLessThan(1e-10);
});

test('both sides, and the normal distribution at the end', () => {
  expect(studentTwoSidedP(-2, 10)).toBeCloseTo(2 * studentTail(2, 10), 15);
  expect(studentTail(2, Number.POSITIVE_INFINITY)).toBe(normalTail(2));
  expect(() => studentQuantile(1, 3)).toThrow('not a probability');
});
