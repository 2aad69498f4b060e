import type { Estimate } from '../clustered-estimate.ts';
import { NO_STRATUM } from './strata.ts';

/** One AUROC of a linear combination, the mean over its seeds. All estimates are over the same clusters. */
export interface AurocTerm {
  readonly weight: number;
  /** the AUROC of each seed, at least one; every term of a combination has the same seeds in the same order */
  readonly seeds: readonly Estimate[];
  /** patients of the rarer class of its cell */
  readonly rarer: number;
}

/** A linear combination of AUROCs, with its clustered variance and the degrees of freedom of that. */
export interface Moments {
  readonly value: number;
  readonly variance: number;
  readonly df: number;
  /** clusters with an image in any term */
  readonly clusters: number;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function aurocOf({ seeds }: AurocTerm): number {
  return mean(seeds.map(({ value }) => value));
}

/** Rounding leaves a standard error of this size where every influence cancels. */
const ROUNDING = 1e-13;

/**
 * Value, clustered variance (of the seeds' mean, for these weights) and Satterthwaite's degrees of freedom (Biometrics
 * Bulletin 1946) of a combination: the square of the sum of the strata's sums of squares, by the sum of their squares
 * over patients - 1. They are never above clusters - 1, so that five hospitals give 4 (Bell and McCaffrey, Survey
 * Methodology 2002, is the same for a mean).
 * @param strata of each cluster, as from strataOf
 * @returns null where there is one cluster
 */
export function momentsOf(terms: readonly AurocTerm[], strata: Uint8Array): Moments | null {
  const squares = new Float64Array(NO_STRATUM + 1);
  const sizes = new Float64Array(NO_STRATUM + 1);
  let clusters = 0;
  let sum = 0;
  const each = combined(terms);
  for (let g = 0; g < strata.length; g++) {
    if (!isMember(terms, g)) continue;
    const influence = each(g);
    const square = influence * influence;
    const stratum = strata[g] as number;
    clusters++;
    sum += square;
    squares[stratum] = (squares[stratum] as number) + square;
    sizes[stratum] = (sizes[stratum] as number) + 1;
  }
  if (clusters < 2) return null;
  const variance = (sum * clusters) / (clusters - 1);
  return {
    value: terms.reduce((total, term) => total + term.weight * aurocOf(term), 0),
    variance: Math.sqrt(variance) < ROUNDING ? 0 : variance,
    df: Math.min(clusters - 1, freedom(squares, sizes)),
    clusters,
  };
}

function freedom(squares: Float64Array, sizes: Float64Array): number {
  let [sum, spread, smallest] = [0, 0, Number.POSITIVE_INFINITY];
  for (let s = 0; s < sizes.length; s++) {
    if (sizes[s] === 0) continue;
    // A stratum of one patient has no degree of freedom of its own; one is the least that Student's t can take.
    const own = Math.max(1, (sizes[s] as number) - 1);
    sum += squares[s] as number;
    spread += (squares[s] as number) ** 2 / own;
    smallest = Math.min(smallest, own);
  }
  return sum <= ROUNDING ** 2 ? smallest : Math.max(1, (sum * sum) / spread);
}

/** The influence of each cluster on the combination of the seeds' means. */
function combined(terms: readonly AurocTerm[]): (g: number) => number {
  const parts = terms.flatMap(({ weight, seeds }) =>
    seeds.map(({ influence }) => ({ weight: weight / seeds.length, influence })),
  );
  return (g) => {
    let sum = 0;
    for (const { weight, influence } of parts) sum += weight * (influence[g] as number);
    return sum;
  };
}

function isMember(terms: readonly AurocTerm[], g: number): boolean {
  for (const { seeds } of terms) if (seeds[0]?.members[g] === 1) return true;
  return false;
}

/**
 * Clustered covariance of the terms' AUROCs, with the clusters of the whole combination.
 * @param seed number of one seed; null: of the means over the seeds
 */
export function covarianceOf(terms: readonly AurocTerm[], seed: number | null): Float64Array[] {
  const matrix = terms.map(() => new Float64Array(terms.length));
  const each = terms.map((term) =>
    combined([{ ...term, weight: 1, seeds: seed === null ? term.seeds : [term.seeds[seed] as Estimate] }]),
  );
  const influences = new Float64Array(terms.length);
  const length = terms[0]?.seeds[0]?.influence.length ?? 0;
  let clusters = 0;
  for (let g = 0; g < length; g++) {
    if (!isMember(terms, g)) continue;
    clusters++;
    for (let i = 0; i < influences.length; i++) influences[i] = (each[i] as (g: number) => number)(g);
    for (let i = 0; i < influences.length; i++) {
      const row = matrix[i] as Float64Array;
      for (let j = 0; j <= i; j++) {
        row[j] = (row[j] as number) + (influences[i] as number) * (influences[j] as number);
      }
    }
  }
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      row[j] = ((row[j] as number) * clusters) / (clusters - 1);
      (matrix[j] as Float64Array)[i] = row[j] as number;
    }
  });
  return matrix;
}
