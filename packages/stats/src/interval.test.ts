import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logitInterval, normalInterval } from './interval.ts';

const NORMAL = Number.POSITIVE_INFINITY;

test('the logit interval equals scipy', () => {
  expect(logitInterval(0.93, 0.02, 0.95, NORMAL)).toEqual([
    expect.closeTo(0.8791653459371142, 13),
    expect.closeTo(0.9604117148448559, 13),
  ]);
  expect(logitInterval(0.93, 0.02, 0.95, 4)).toEqual([
    expect.closeTo(0.8498864592554266, 13),
    expect.closeTo(0.9689215161274058, 13),
  ]);
});

test('the logit interval holds its AUROC and stays inside (0, 1)', () => {
  const inside = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(inside, fc.double({ min: 1e-6, max: 0.3, noNaN: true }), (auroc, se) => {
      const [lo, hi] = logitInterval(auroc, se, 0.95, NORMAL) ?? [Number.NaN, Number.NaN];
      expect(lo).toBeGreaterThanOrEqual(0);
      expect(lo).toBeLessThan(auroc);
      expect(hi).toBeGreaterThan(auroc);
      expect(hi).toBeLessThanOrEqual(1);
    }),
  );
});

test('no interval at 0, at 1, or without a standard error', () => {
  expect(logitInterval(0, 0.1, 0.95, NORMAL)).toBeNull();
  expect(logitInterval(1, 0.1, 0.95, NORMAL)).toBeNull();
  expect(logitInterval(0.5, 0, 0.95, NORMAL)).toBeNull();
  expect(normalInterval(0, 0, 0.95)).toBeNull();
});

test('the normal interval is value and 1.96 standard errors', () => {
  expect(normalInterval(-0.1, 0.05, 0.95)).toEqual([
    expect.closeTo(-0.1 - 0.0979981992270027, 14),
    expect.closeTo(-0.1 + 0.0979981992270027, 14),
  ]);
});
