import { clusterCount, type Estimate } from './clustered-estimate.ts';
import type { Interval } from './interval.ts';
import { studentQuantile, studentTwoSidedP } from './student.ts';

/** A share of images, 0 to 1, with its weight in a linear combination of shares. */
export interface ShareTerm {
  readonly weight: number;
  readonly estimate: Estimate;
  /** images that it is a share of: it is worth no more independent ones */
  readonly images: number;
}

/** A linear combination of shares with its error, its interval and its test. */
export interface ShareContrast {
  readonly value: number;
  /** clustered; null where there is one cluster */
  readonly se: number | null;
  readonly clusters: number;
  /** null where there is one cluster, where a share other than 0 and 1 has no error, and where shares cancel */
  readonly ci: Interval | null;
  /** two-sided, of "it is 0": 1 less the level at which the interval first holds 0; null where there is no interval */
  readonly p: () => number | null;
}

/**
 * Combines shares over the same clusters; every covariance between them is kept. The interval of one share is Wilson's
 * (JASA 1927), that of several is recovered from the Wilson limits of each (MOVER: Zou and Donner, Statistics in
 * Medicine 2008; for a difference, method 10 of Newcombe, Statistics in Medicine 1998). Both are Student's on
 * clusters - 1 degrees of freedom.
 */
export function shareContrast(terms: readonly [ShareTerm, ...ShareTerm[]], level: number): ShareContrast {
  const { se, clusters, errors, correlation } = momentsOf(terms);
  const value = terms.reduce((sum, { weight, estimate }) => sum + weight * estimate.value, 0);
  const sizes = terms.map(({ estimate, images }, i) => shareSize(estimate, errors[i] ?? null, images));
  const cancels = terms.length > 1 && se === 0 && errors.some((error) => error !== 0);
  const isFixed = terms.length === 1 && sizes[0] === null;
  if (se === null || cancels || isFixed) {
    return { value, se, clusters, ci: null, p: () => null };
  }
  const df = clusters - 1;
  const parts = terms.map(({ weight, estimate }, i): Part => {
    return { weight, value: estimate.value, size: sizes[i] ?? Number.POSITIVE_INFINITY };
  });
  const limits = (quantile: number): Interval => moverLimits(value, parts, correlation, quantile);
  return {
    value,
    se,
    clusters,
    ci: limits(studentQuantile((1 + level) / 2, df)),
    p: () => studentTwoSidedP(touching(value, limits), df),
  };
}

/** Errors of a combination and of its terms, and the terms' correlations. */
interface Moments {
  readonly se: number | null;
  readonly clusters: number;
  readonly errors: readonly (number | null)[];
  readonly correlation: readonly (readonly number[])[];
}

/** Below this a standard error is rounding, where every influence cancels. */
const ROUNDING = 1e-13;

/** In one walk over the clusters: there are many of them, and few terms. */
function momentsOf(terms: readonly ShareTerm[]): Moments {
  const count = terms.length;
  const products = new Float64Array(count * count);
  const members = new Int32Array(count * count);
  let [square, clusters] = [0, 0];
  const total = (terms[0] as ShareTerm).estimate.influence.length;
  for (let g = 0; g < total; g++) {
    let [sum, any] = [0, 0];
    for (let i = 0; i < count; i++) {
      const { weight, estimate: a } = terms[i] as ShareTerm;
      sum += weight * (a.influence[g] as number);
      any |= a.members[g] as number;
      for (let j = 0; j <= i; j++) {
        const { estimate: b } = terms[j] as ShareTerm;
        const at = i * count + j;
        products[at] = (products[at] as number) + (a.influence[g] as number) * (b.influence[g] as number);
        members[at] = (members[at] as number) + ((a.members[g] as number) | (b.members[g] as number));
      }
    }
    square += sum * sum;
    clusters += any;
  }
  const variance = (i: number, j: number) => {
    const at = Math.max(i, j) * count + Math.min(i, j);
    const own = members[at] as number;
    return own < 2 ? null : ((products[at] as number) * own) / (own - 1);
  };
  const errors = terms.map((_, i) => errorOf(variance(i, i)));
  const correlation = terms.map((_, i) =>
    terms.map((_, j) => {
      const scale = (errors[i] ?? 0) * (errors[j] ?? 0);
      if (i === j) return 1;
      return scale === 0 ? 0 : Math.max(-1, Math.min(1, (variance(i, j) ?? 0) / scale));
    }),
  );
  const se = errorOf(clusters < 2 ? null : (square * clusters) / (clusters - 1));
  return { se, clusters, errors, correlation };
}

function errorOf(variance: number | null): number | null {
  if (variance === null) return null;
  const se = Math.sqrt(variance);
  return se < ROUNDING ? 0 : se;
}

/**
 * Interval of a share (Wilson, JASA 1927): within 0 … 1, and with a width at exactly 0 and 1 too.
 * @param size independent images with the same error, above 0 and not only whole ones
 * @param df degrees of freedom of Student's distribution in the normal one's place; Infinity: the normal one
 */
export function shareInterval(value: number, size: number, level: number, df: number): Interval {
  return wilsonLimits({ value, size }, studentQuantile((1 + level) / 2, df));
}

/**
 * Independent images that a share is worth: value (1 - value) / se^2, at most as many as there are. A share of exactly
 * 0 or 1 is worth its clusters: each further image of a cluster may be the first one again. null where nothing moves it.
 */
export function shareSize(share: Estimate, se: number | null, images: number): number | null {
  const { value } = share;
  if (value <= 0 || value >= 1) return clusterCount(share);
  if (se === null || se === 0) return null;
  return Math.min(images, (value * (1 - value)) / se ** 2);
}

interface Part {
  readonly weight: number;
  readonly value: number;
  readonly size: number;
}

function wilsonLimits({ value, size }: Omit<Part, 'weight'>, quantile: number): Interval {
  const square = quantile * quantile;
  const centre = (value + square / (2 * size)) / (1 + square / size);
  const spread = (value * (1 - value)) / size + square / (4 * size * size);
  const half = (quantile * Math.sqrt(spread)) / (1 + square / size);
  return [Math.min(value, Math.max(0, centre - half)), Math.max(value, Math.min(1, centre + half))];
}

function moverLimits(
  value: number,
  parts: readonly Part[],
  correlation: readonly (readonly number[])[],
  quantile: number,
): Interval {
  const limits = parts.map((part) => wilsonLimits(part, quantile));
  const distance = (towards: 1 | -1) => {
    // How far each part can go in that direction, signed as its weight is.
    const each = parts.map(({ weight, value: own }, i) => {
      const [low, high] = limits[i] as Interval;
      return weight * Math.abs((weight * towards > 0 ? high : low) - own);
    });
    const rows = each.map((own, i) =>
      each.reduce((sum, other, j) => sum + own * other * (correlation[i]?.[j] as number), 0),
    );
    return Math.sqrt(
      Math.max(
        0,
        rows.reduce((sum, row) => sum + row, 0),
      ),
    );
  };
  return [value - distance(-1), value + distance(1)];
}

/** Beyond this quantile no p is told from 0. */
const LARGEST = 40;

/** The quantile at which the interval touches 0. */
function touching(value: number, limits: (quantile: number) => Interval): number {
  const excludes = (quantile: number) => {
    const [low, high] = limits(quantile);
    return value > 0 ? low > 0 : high < 0;
  };
  if (value === 0) return 0;
  if (excludes(LARGEST)) return LARGEST;
  let [inside, outside] = [0, LARGEST];
  for (let step = 0; step < 60; step++) {
    const middle = (inside + outside) / 2;
    if (excludes(middle)) inside = middle;
    else outside = middle;
  }
  return outside;
}
