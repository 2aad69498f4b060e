import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absChangeInterval, type GapPair, meanAbsChangeInterval } from './gap-size.ts';

const KNOWN = Number.POSITIVE_INFINITY;

/**
 * Values of |g2| - |g1| at points of the boundary of the 95 % ellipse: every extreme lies on it.
 * @param rest standard error of gap 2 that gap 1 does not explain
 */
function boundary({ gap1, gap2, var1, cov }: GapPair, rest: number, points: number): number[] {
  const radius = Math.sqrt(-2 * Math.log(0.05));
  const slope = cov / Math.sqrt(var1);
  return Array.from({ length: points }, (_, k) => {
    const [x, y] = [Math.cos((2 * Math.PI * k) / points), Math.sin((2 * Math.PI * k) / points)];
    return Math.abs(gap2 + radius * (slope * x + rest * y)) - Math.abs(gap1 + radius * Math.sqrt(var1) * x);
  });
}

const gaps = fc.double({ min: -0.3, max: 0.3, noNaN: true });
const errors = fc.double({ min: 0.005, max: 0.2, noNaN: true });
const pairsOf = (correlations: fc.Arbitrary<number>) =>
  fc.tuple(gaps, gaps, errors, errors, correlations).map(
    ([gap1, gap2, se1, se2, rho]): GapPair => ({
      gap1,
      gap2,
      var1: se1 * se1,
      var2: se2 * se2,
      cov: rho * se1 * se2,
    }),
  );
const pairs = pairsOf(fc.double({ min: -1, max: 1, noNaN: true }));

function expectExact(pair: GapPair, rest: number, rounding: number): void {
  const [lo, hi] = absChangeInterval(pair, 0.95, KNOWN);
  const values = boundary(pair, rest, 4000);
  const step = (2 * Math.PI * 3 * (Math.sqrt(pair.var1) + Math.sqrt(pair.var2))) / 4000;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  expect(lo).toBeLessThanOrEqual(least + rounding);
  expect(hi).toBeGreaterThanOrEqual(most - rounding);
  expect(least - lo).toBeLessThan(step);
  expect(hi - most).toBeLessThan(step);
}

test('the interval is the exact range of |g2| - |g1| over the ellipse', () => {
  // Short of a full correlation: there var2 - cov^2 / var1 is all cancellation, here it is good to 12 digits.
  const correlations = fc.double({ min: -1 + 1e-6, max: 1 - 1e-6, noNaN: true });
  fc.assert(
    fc.property(pairsOf(correlations), (pair) => {
      expectExact(pair, Math.sqrt(pair.var2 - (pair.cov * pair.cov) / pair.var1), 1e-9);
    }),
    { numRuns: 300 },
  );
});

test('also where the gaps are fully correlated and the ellipse is a line', () => {
  // The square root of a rounded 0 is some 1e-8: no more digits are in the variances and the covariance.
  fc.assert(fc.property(pairsOf(fc.constantFrom(-1, 1)), (pair) => expectExact(pair, 0, 5e-8)));
});

test('far from zero it is the Scheffé interval of the signed change', () => {
  const pair: GapPair = { gap1: 0.9, gap2: 0.7, var1: 0.0004, var2: 0.0009, cov: 0.0002 };
  const half = Math.sqrt(-2 * Math.log(0.05) * (pair.var1 + pair.var2 - 2 * pair.cov));
  expect(absChangeInterval(pair, 0.95, KNOWN)).toEqual([
    expect.closeTo(-0.2 - half, 12),
    expect.closeTo(-0.2 + half, 12),
  ]);
});

test('identical models: exactly [0, 0]', () => {
  const itself: GapPair = { gap1: 0.03, gap2: 0.03, var1: 0.0004, var2: 0.0004, cov: 0.0004 };
  expect(absChangeInterval(itself, 0.95, KNOWN)).toEqual([0, 0]);
});

test('swapping the models mirrors the interval', () => {
  fc.assert(
    fc.property(pairs, (pair) => {
      const [lo, hi] = absChangeInterval(pair, 0.95, KNOWN);
      const swapped = { gap1: pair.gap2, gap2: pair.gap1, var1: pair.var2, var2: pair.var1, cov: pair.cov };
      expect(absChangeInterval(swapped, 0.95, KNOWN)).toEqual([
        expect.closeTo(-hi, 12),
        expect.closeTo(-lo, 12),
      ]);
    }),
  );
});

test('the mean over findings takes each ellipse at 1 - alpha / k, so that all hold together', () => {
  const pair: GapPair = { gap1: 0.1, gap2: -0.05, var1: 0.001, var2: 0.002, cov: 0.0005 };
  expect(meanAbsChangeInterval([pair], 0.95, KNOWN)).toEqual(absChangeInterval(pair, 0.95, KNOWN));
  const each = absChangeInterval(pair, 0.975, KNOWN);
  expect(meanAbsChangeInterval([pair, pair], 0.95, KNOWN)).toEqual([
    expect.closeTo(each[0], 12),
    expect.closeTo(each[1], 12),
  ]);
});

test('a covariance from few clusters widens the interval as scipy has Hotelling’s quantile', () => {
  // 2 * 4 / 3 * scipy.stats.f.ppf(0.95, 2, 3); the error of one gap alone moves the change by its root.
  const quantile = 25.47225198912307;
  const pair = { gap1: 0.5, gap2: 0.3, var1: 1e-12, var2: 1e-4, cov: 0 };
  const [lo, hi] = absChangeInterval(pair, 0.95, 4);
  expect(hi - lo).toBeCloseTo(2 * Math.sqrt(quantile) * 0.01, 5);
});
