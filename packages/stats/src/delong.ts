import type { Interval } from './interval.ts';
import { normalQuantile, twoSidedP } from './normal.ts';
import { NEGATIVE, OUT, POSITIVE, place } from './placements.ts';
import { rankingOf } from './ranking.ts';
import { studentTwoSidedP } from './student.ts';

/**
 * An AUROC as DeLong's method sees it: each image by itself. `values` has one placement value an image, of those that
 * `code` counts in.
 */
export interface DelongCurve {
  readonly auroc: number;
  readonly positives: number;
  readonly negatives: number;
  readonly code: Uint8Array;
  readonly values: Float64Array;
}

/** A test as DeLong's method makes it. */
export interface DelongTest {
  readonly difference: number;
  readonly se: number;
  /** difference / se; null where the error is 0 */
  readonly statistic: number | null;
  /** degrees of freedom of Student's distribution; Infinity: the normal one */
  readonly df: number;
  readonly p: number | null;
}

/**
 * DeLong's curve of scores, for delongVariance and the tests.
 * @param scores finite, one an image; not changed afterwards
 * @param code POSITIVE, NEGATIVE or OUT, one an image; 1 and 0 are labels
 * @returns null where one class is empty
 */
export function delong(scores: Float64Array, code: Uint8Array): DelongCurve | null {
  const values = new Float64Array(scores.length);
  const placed = place(rankingOf(scores), code, null, values);
  return placed === null ? null : { ...placed, code, values };
}

/** The mean of several curves over the same images, as of several seeds. */
export function delongMean(curves: readonly [DelongCurve, ...DelongCurve[]]): DelongCurve {
  const [first] = curves;
  const mean = (of: (curve: DelongCurve) => number) =>
    curves.reduce((sum, curve) => sum + of(curve), 0) / curves.length;
  if (curves.length === 1) return first;
  const values = first.values.map((_, i) => mean((curve) => curve.values[i] as number));
  return { ...first, auroc: mean(({ auroc }) => auroc), values };
}

/**
 * DeLong's variance of an AUROC, with n - 1 factors as in R's pROC (Robin et al., BMC Bioinformatics 2011).
 * @returns null where a class has one image
 */
export function delongVariance(curve: DelongCurve): number | null {
  return delongCovariance(curve, curve);
}

/** DeLong's covariance of two AUROCs over the same images. */
export function delongCovariance(a: DelongCurve, b: DelongCurve): number | null {
  const { code, positives, negatives } = a;
  if (positives < 2 || negatives < 2) return null;
  let [ofPositives, ofNegatives] = [0, 0];
  for (let i = 0; i < code.length; i++) {
    const c = code[i];
    if (c === OUT) continue;
    const product = ((a.values[i] as number) - a.auroc) * ((b.values[i] as number) - b.auroc);
    if (c === POSITIVE) ofPositives += product;
    else if (c === NEGATIVE) ofNegatives += product;
  }
  return ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives;
}

/** Normal interval, clipped to [0, 1], as pROC's ci.auc. */
export function delongInterval(auroc: number, variance: number, level: number): Interval {
  const half = normalQuantile((1 + level) / 2) * Math.sqrt(variance);
  return [Math.max(0, auroc - half), Math.min(1, auroc + half)];
}

/** Test of two models on the same images, `b` - `a`: pROC's roc.test(paired = TRUE). */
export function delongPaired(a: DelongCurve, b: DelongCurve): DelongTest | null {
  const [va, vb, cov] = [delongVariance(a), delongVariance(b), delongCovariance(a, b)];
  if (va === null || vb === null || cov === null) return null;
  const se = Math.sqrt(Math.max(0, va + vb - 2 * cov));
  return {
    difference: b.auroc - a.auroc,
    se,
    df: Number.POSITIVE_INFINITY,
    ...tested(b.auroc - a.auroc, se, twoSidedP),
  };
}

/** Test of one model on two sets of images, `a` - `b`: pROC's roc.test(paired = FALSE), which refers to Student's t. */
export function delongUnpaired(a: DelongCurve, b: DelongCurve): DelongTest | null {
  const [va, vb] = [delongVariance(a), delongVariance(b)];
  if (va === null || vb === null) return null;
  const [na, nb] = [a, b].map(({ positives, negatives }) => positives + negatives) as [number, number];
  const variance = va + vb;
  const df = variance ** 2 / (va ** 2 / (na - 1) + vb ** 2 / (nb - 1));
  const se = Math.sqrt(variance);
  const difference = a.auroc - b.auroc;
  return { difference, se, df, ...tested(difference, se, (t) => studentTwoSidedP(t, df)) };
}

/** Only rounding is left below this, where two models are one. */
const ROUNDING = 1e-13;

function tested(
  difference: number,
  se: number,
  p: (statistic: number) => number,
): Pick<DelongTest, 'statistic' | 'p'> {
  return se < ROUNDING ? { statistic: null, p: null } : { statistic: difference / se, p: p(difference / se) };
}
