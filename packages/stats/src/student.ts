import { normalQuantile, normalTail } from './normal.ts';

/** Above this many degrees of freedom Student's distribution is the normal one to more digits than a double has here. */
const NORMAL_FROM = 1e9;

/**
 * Upper tail P(T > t) of Student's distribution, relative error below 1e-10: half of the incomplete beta function
 * I(df / (df + t^2); df / 2, 1 / 2) (Abramowitz and Stegun 26.7.1), by its continued fraction (26.5.8).
 * @param df degrees of freedom, above 0, not only whole ones; Infinity: the normal distribution
 */
export function studentTail(t: number, df: number): number {
  if (df >= NORMAL_FROM) return normalTail(t);
  if (t < 0) return 1 - studentTail(-t, df);
  const square = t * t;
  return incompleteBeta(df / (df + square), square / (df + square), df / 2) / 2;
}

/** Probability of a Student's T at least as far from 0 as t, on either side. */
export function studentTwoSidedP(t: number, df: number): number {
  return Math.min(1, 2 * studentTail(Math.abs(t), df));
}

/** The t with P(T <= t) = p, for p above 0 and below 1: bisection, to full precision. */
export function studentQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`not a probability above 0 and below 1: ${p}`);
  if (df >= NORMAL_FROM) return normalQuantile(p);
  if (p < 0.5) return -studentQuantile(1 - p, df);
  const key = `${p} ${df}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  if (quantiles.size >= MOST_QUANTILES) quantiles.clear();
  const found = bisected(p, df);
  quantiles.set(key, found);
  return found;
}

/** Tables ask for the quantile of the same patients again and again. */
const quantiles = new Map<string, number>();
const MOST_QUANTILES = 10_000;

function bisected(p: number, df: number): number {
  let [low, high] = [0, 1];
  while (studentTail(high, df) > 1 - p) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, df) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function of x = 1 - y for b = 1/2; both are given, since one may round to 1. */
function incompleteBeta(x: number, y: number, a: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const logOfX = y < 0.5 ? Math.log1p(-y) : Math.log(x);
  const front = Math.exp(logGammaRatio(a) - Math.log(Math.PI) / 2 + a * logOfX + Math.log(y) / 2);
  return x < (a + 1) / (a + 2.5)
    ? (front * betaFraction(x, a, 0.5)) / a
    : 1 - 2 * front * betaFraction(y, 0.5, a);
}

/** Continued fraction of the incomplete beta function, from the front (Lentz's method). */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return value;
}

/**
 * Logarithm of gamma(a + 1/2) / gamma(a), by its asymptotic series from 20 upwards: the difference of two logarithms
 * would lose the digits where a is large.
 */
function logGammaRatio(a: number): number {
  let shift = 0;
  let z = a;
  for (; z < 20; z++) shift += Math.log(z / (z + 0.5));
  const square = 1 / (z * z);
  const series = -1 / 8 + square * (1 / 192 - square * (1 / 640 - (square * 17) / 14336));
  return Math.log(z) / 2 + series / z + shift;
}
