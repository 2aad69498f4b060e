import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalQuantile } from '../normal.ts';
import { effectiveSize, wilsonInterval } from './wilson.ts';

const { proportions } = JSON.parse(
  readFileSync(new URL('../../fixtures/inference-expected.json', import.meta.url), 'utf8'),
) as { proportions: [successes: number, trials: number, level: number, low: number, high: number][] };

test.each(proportions)('%d of %d at level %d: the limits of scipy', (successes, trials, level, low, high) => {
  const [lower, upper] = wilsonInterval(successes / trials, trials, normalQuantile((1 + level) / 2));
  expect(lower).toBeCloseTo(low, 12);
  expect(upper).toBeCloseTo(high, 12);
});

test('the limits hold the AUROC and stay within [0, 1], also at 0 and 1', () => {
  const auroc = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      auroc,
      fc.double({ min: 0.5, max: 1e6, noNaN: true }),
      fc.double({ min: 0.1, max: 40, noNaN: true }),
      (a, n, q) => {
        const [low, high] = wilsonInterval(a, n, q);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(a);
        expect(high).toBeGreaterThanOrEqual(a);
        expect(high).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test('the effective size is what the variance tells, up to 2.5 a patient where few are misranked', () => {
  expect(effectiveSize(0.8, 0.01, 10)).toBeCloseTo(16, 12);
  expect(effectiveSize(0.8, 0.001, 10)).toBe(20);
  expect(effectiveSize(1, 0, 10)).toBe(20);
  expect(effectiveSize(0, 0, 10)).toBe(20);
  // 200 patients, 40 of them on the wrong side: 20 a patient
  expect(effectiveSize(0.8, 1e-9, 200)).toBeCloseTo(4000, 6);
});
