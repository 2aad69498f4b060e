import { describe, expect, test } from 'vitest';
import { clusterEstimate, combine, type Estimate } from './clustered-estimate.ts';
import { shareContrast, shareInterval } from './share.ts';

/** A share of images that are each a patient: the first `hits` of `n`, at places from `from` on. */
function share(hits: number, n: number, from = 0, patients = from + n): Estimate {
  const value = hits / n;
  const influence = Float64Array.from({ length: n }, (_, i) => ((i < hits ? 1 : 0) - value) / n);
  return clusterEstimate(
    value,
    influence,
    Int32Array.from({ length: n }, (_, i) => from + i),
    patients,
  );
}
const term = (weight: number, estimate: Estimate, images: number) => ({ weight, estimate, images });

describe('Wilson', () => {
  // statsmodels.stats.proportion.proportion_confint(count, nobs, method='wilson')
  test.each([
    [81, 263, 0.25528851988, 0.36620957698],
    [15, 148, 0.06238639954, 0.16048724172],
    [0, 20, 0, 0.16112515805],
    [29, 29, 0.8830302015, 1],
  ])('%i of %i', (hits, n, low, high) => {
    const interval = shareInterval(hits / n, n, 0.95, Number.POSITIVE_INFINITY);
    expect(interval[0]).toBeCloseTo(low, 8);
    expect(interval[1]).toBeCloseTo(high, 8);
  });
});

describe('MOVER', () => {
  // Newcombe, Statistics in Medicine 1998, table II, method 10, with normal quantiles: 56/70 less 48/80.
  test('two independent shares: Newcombe 1998, within what Student makes it wider', () => {
    const [a, b] = [share(56, 70, 0, 150), share(48, 80, 70, 150)];
    const { value, ci } = shareContrast([term(1, a, 70), term(-1, b, 80)], 0.95);
    expect(value).toBeCloseTo(0.2, 12);
    expect(ci?.[0]).toBeCloseTo(0.0524, 2);
    expect(ci?.[1]).toBeCloseTo(0.3339, 2);
  });

  test('p is below 5 % exactly where the interval leaves 0 out', () => {
    for (let hits = 0; hits <= 40; hits++) {
      const both = [term(1, share(hits, 40, 0, 70), 40), term(-1, share(12, 30, 40, 70), 30)] as const;
      const { ci, p } = shareContrast(both, 0.95);
      const [low, high] = ci as [number, number];
      expect((p() as number) < 0.05).toBe(low > 0 || high < 0);
    }
  });

  test('the same share of two models differs by exactly 0: there is no interval and no test', () => {
    const one = share(9, 12);
    const { value, se, ci, p } = shareContrast([term(1, one, 12), term(-1, one, 12)], 0.95);
    expect([value, se, ci, p()]).toEqual([0, 0, null, null]);
  });

  test('two shares of 1 differ by 0, and by as much as their sizes allow', () => {
    const [a, b] = [share(10, 10, 0, 60), share(50, 50, 10, 60)];
    const { value, se, ci, p } = shareContrast([term(1, a, 10), term(-1, b, 50)], 0.95);
    expect([value, se, p()]).toEqual([0, 0, 1]);
    expect(ci?.[0]).toBeLessThan(-0.2);
    expect(ci?.[1]).toBeGreaterThan(0.05);
  });
});

test('five images a patient, all alike, are worth one', () => {
  const value = 0.7;
  const influence = Float64Array.from({ length: 100 }, (_, i) => ((i < 70 ? 1 : 0) - value) / 100);
  const clustered = clusterEstimate(
    value,
    influence,
    Int32Array.from({ length: 100 }, (_, i) => Math.floor(i / 5)),
    20,
  );
  const single = share(14, 20);
  const ci = (estimate: Estimate, images: number) => shareContrast([term(1, estimate, images)], 0.95).ci;
  expect(ci(clustered, 100)?.[0]).toBeCloseTo(ci(single, 20)?.[0] as number, 12);
});

test('one patient has no interval', () => {
  const one = clusterEstimate(0.5, Float64Array.of(0.25, -0.25), Int32Array.of(0, 0), 1);
  expect(shareContrast([term(1, one, 2)], 0.95)).toMatchObject({ se: null, ci: null });
  expect(combine([term(1, one, 2)]).value).toBe(0.5);
});
