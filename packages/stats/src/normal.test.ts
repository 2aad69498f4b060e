import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { normalCdf, normalQuantile, normalTail, twoSidedP } from './normal.ts';

const expected: { tail: [number, number][]; quantile: [number, number][] } = JSON.parse(
  readFileSync(new URL('../fixtures/normal-expected.json', import.meta.url), 'utf8'),
);

test.each(expected.tail)('P(Z > %d) has 12 digits, from the centre to the far tail', (x, tail) => {
  expect(Math.abs(normalTail(x) / tail - 1)).toBeLessThan(1e-12);
  expect(Math.abs(normalCdf(-x) / tail - 1)).toBeLessThan(1e-12);
});

test.each(expected.quantile)('the quantile at %d has 12 digits', (p, x) => {
  expect(Math.abs(normalQuantile(p) - x)).toBeLessThan(1e-12 * Math.max(1, Math.abs(x)));
});

test('the ends of the line', () => {
  expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
  expect(() => normalQuantile(1.1)).toThrow('not a probability');
  expect(normalTail(60)).toBe(0);
  expect(twoSidedP(0)).toBe(1);
  expect(twoSidedP(-1.959963984540054)).toBeCloseTo(0.05, 12);
});
