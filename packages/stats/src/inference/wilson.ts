import type { Interval } from '../interval.ts';

/** Least and most of what the effective size of an AUROC may be; see sizeBound. */
const A_PATIENT = 2;
const A_MISRANKED = 0.5;

/**
 * Wilson's interval of an AUROC that is taken for a proportion of n trials (Newcombe, Statistics in Medicine 1998 and
 * 2006): it stays within [0, 1] and has a width where the AUROC is 0 or 1.
 * @param size effective number of trials, above 0
 * @param quantile of the normal or Student's distribution, such as 1.96
 */
export function wilsonInterval(auroc: number, size: number, quantile: number): Interval {
  const square = quantile * quantile;
  const centre = (auroc + square / (2 * size)) / (1 + square / size);
  const spread = Math.max(0, auroc * (1 - auroc)) / size + square / (4 * size * size);
  const half = (quantile * Math.sqrt(spread)) / (1 + square / size);
  // At 0 and 1 one limit is the AUROC itself; rounding must not put it on the other side.
  return [Math.max(0, Math.min(auroc, centre - half)), Math.min(1, Math.max(auroc, centre + half))];
}

/**
 * Number of trials of which a proportion would have this AUROC's clustered variance, A (1 - A) / variance, but no more
 * than sizeBound.
 * @param rarer patients of the rarer class in the cell
 */
export function effectiveSize(auroc: number, variance: number, rarer: number): number {
  const bound = sizeBound(auroc, rarer);
  const spread = auroc * (1 - auroc);
  return spread > 0 && variance > 0 ? Math.min(spread / variance, bound) : bound;
}

/**
 * The most that `rarer` patients can tell: 2 trials each, or half a trial for each of them that is expected on the wrong
 * side, rarer x min(A, 1 - A). Few positives often show none of the outliers that make most of the variance, which is then
 * estimated far too small; from some seven misranked patients on the second bound does not bind. Both constants are from
 * simulation (studies/statistics/few-patients.ts): with 2.5 up to 8 % of intervals leave out the truth where positives'
 * scores spread twice as wide as negatives'.
 */
function sizeBound(auroc: number, rarer: number): number {
  return rarer * Math.max(A_PATIENT, A_MISRANKED * misranked(auroc, rarer));
}

/** Patients of the rarer class that are expected on the wrong side. */
export function misranked(auroc: number, rarer: number): number {
  return rarer * Math.min(auroc, 1 - auroc);
}
