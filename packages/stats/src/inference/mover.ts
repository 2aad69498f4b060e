import type { Interval } from '../interval.ts';
import { studentQuantile, studentTwoSidedP } from '../student.ts';
import { effectiveSize, wilsonInterval } from './wilson.ts';

/** One AUROC of a linear combination. */
export interface MoverTerm {
  readonly weight: number;
  /** the AUROC, 0 to 1 */
  readonly auroc: number;
  /** patients of its rarer class */
  readonly rarer: number;
}

/**
 * Interval of a linear combination of AUROCs from Wilson's interval of each: MOVER, the method of variance estimates
 * recovery (Zou and Donner, Statistics in Medicine 2008). A limit is the value minus (plus) the square root of
 * sum_ij r_ij d_i d_j, d_i being the weighted distance from the AUROC to its limit on the side that moves the
 * combination down (up), and r_ij the correlation of the terms with the signs of their weights. Unlike a symmetric
 * interval it is right where few patients make AUROCs skewed, and has a width where all are 1.
 * @param covariance of the AUROCs, in the order of the terms
 * @param df degrees of freedom of Student's distribution; Infinity: the normal one
 */
export function moverInterval(
  terms: readonly MoverTerm[],
  covariance: readonly Float64Array[],
  level: number,
  df: number,
): Interval {
  const limits = limitsOf(terms, covariance);
  const quantile = studentQuantile((1 + level) / 2, df);
  return [limits(quantile, -1), limits(quantile, 1)];
}

/** Beyond this many standard errors a p is printed as "below": there the search for it ends. */
const FARTHEST = 1e6;

/**
 * Two-sided p of "the combination is 0": 1 minus the level at which a limit of moverInterval touches 0, so that
 * p < 1 - level exactly where the interval leaves 0 out.
 * @param level where the agreement with the interval is exact, should a limit not be monotone
 */
export function moverP(
  terms: readonly MoverTerm[],
  covariance: readonly Float64Array[],
  level: number,
  df: number,
): number {
  const value = combinationOf(terms);
  if (value === 0) return 1;
  const limits = limitsOf(terms, covariance);
  const side = value > 0 ? -1 : 1;
  const leavesZeroOut = (quantile: number) => -side * limits(quantile, side) > 0;
  const critical = studentQuantile((1 + level) / 2, df);
  let [low, high] = [0, critical];
  if (leavesZeroOut(critical)) {
    [low, high] = [critical, 2 * critical];
    while (leavesZeroOut(high) && high < FARTHEST) [low, high] = [high, 2 * high];
  }
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (leavesZeroOut(middle)) low = middle;
    else high = middle;
  }
  return studentTwoSidedP(low, df);
}

function combinationOf(terms: readonly MoverTerm[]): number {
  return terms.reduce((sum, { weight, auroc }) => sum + weight * auroc, 0);
}

/** The lower (-1) or upper (1) limit as a function of the quantile. */
function limitsOf(
  terms: readonly MoverTerm[],
  covariance: readonly Float64Array[],
): (quantile: number, side: -1 | 1) => number {
  const value = combinationOf(terms);
  const variance = (i: number) => covariance[i]?.[i] as number;
  const sizes = terms.map(({ auroc, rarer }, i) => effectiveSize(auroc, variance(i), rarer));
  const correlation = (i: number, j: number) => {
    const both = Math.sqrt(variance(i) * variance(j));
    return both > 0 ? Math.max(-1, Math.min(1, (covariance[i]?.[j] as number) / both)) : 0;
  };
  const correlations = terms.map((_, i) => terms.map((_, j) => (i === j ? 1 : correlation(i, j))));
  return (quantile, side) => {
    const moved = terms.map(({ weight, auroc }, i) => {
      const [low, high] = wilsonInterval(auroc, sizes[i] as number, quantile);
      return weight * (weight * side > 0 ? high - auroc : auroc - low);
    });
    let square = 0;
    moved.forEach((d, i) => {
      moved.forEach((e, j) => {
        square += d * e * (correlations[i]?.[j] as number);
      });
    });
    return value + side * Math.sqrt(Math.max(0, square));
  };
}
