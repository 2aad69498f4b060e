import type { Interval } from './interval.ts';

/** Two gaps with their joint covariance. */
export interface GapPair {
  readonly gap1: number;
  readonly gap2: number;
  readonly var1: number;
  readonly var2: number;
  readonly cov: number;
}

/**
 * Interval of |gap2| - |gap1|: the range of that function over the joint confidence ellipse of (gap1, gap2).
 * |gap| has a kink at 0, where neither the delta method nor the bootstrap holds; the projection covers at least
 * `level` wherever the gaps lie. The range is exact.
 * @param df degrees of freedom of the covariance, clusters - 1, above 1; Infinity: it is known
 */
export function absChangeInterval(pair: GapPair, level: number, df: number): Interval {
  const radius = Math.sqrt(hotellingQuantile(level, df));
  const swapped: GapPair = {
    gap1: pair.gap2,
    gap2: pair.gap1,
    var1: pair.var2,
    var2: pair.var1,
    cov: pair.cov,
  };
  return [0 - largest(swapped, radius), largest(pair, radius)];
}

/**
 * Quantile of Hotelling's T squared in two dimensions (Annals of Mathematical Statistics 1931), 2 df / (df - 1) times
 * that of F(2, df - 1), which has a closed form; the chi-square of two degrees of freedom where df is infinite.
 */
function hotellingQuantile(level: number, df: number): number {
  const log = -2 * Math.log1p(-level);
  return Number.isFinite(df) ? df * Math.expm1(log / (df - 1)) : log;
}

/**
 * Interval of the mean of |gap2| - |gap1| over several findings. Bonferroni: each pair's ellipse at 1 - alpha/k
 * together covers all 2k gaps with at least 1 - alpha, whatever their correlation; so does the mean of the ends.
 */
export function meanAbsChangeInterval(pairs: readonly GapPair[], level: number, df: number): Interval {
  const each = 1 - (1 - level) / pairs.length;
  const ends = pairs.map((pair) => absChangeInterval(pair, each, df));
  const mean = (side: 0 | 1) => ends.reduce((sum, interval) => sum + interval[side], 0) / ends.length;
  return [mean(0), mean(1)];
}

/**
 * Largest |g2| - |g1| over the ellipse. |g2| is the larger of g2 and -g2; for each sign s the function s g2 - |g1|
 * is concave, and by the minimax theorem its maximum is the minimum over t in [-1, 1] of the support function
 * h(t) = s gap2 + t gap1 + radius sqrt(var2 + 2 s t cov + t^2 var1), which is convex in t.
 */
function largest(pair: GapPair, radius: number): number {
  return Math.max(largestOfSign(pair, radius, 1), largestOfSign(pair, radius, -1));
}

function largestOfSign({ gap1, gap2, var1, var2, cov }: GapPair, radius: number, sign: 1 | -1): number {
  const support = (t: number) =>
    sign * gap2 + t * gap1 + radius * Math.sqrt(Math.max(0, var2 + 2 * sign * t * cov + t * t * var1));
  const slack = radius * radius * var1 - gap1 * gap1;
  if (slack <= 0) return support(gap1 > 0 ? -1 : 1);
  const residual = Math.max(0, var2 - (cov * cov) / var1);
  const stationary = (-sign * cov) / var1 - gap1 * Math.sqrt(residual / (var1 * slack));
  return support(Math.min(1, Math.max(-1, stationary)));
}
