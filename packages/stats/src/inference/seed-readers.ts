import type { GapPair } from '../gap-size.ts';
import { type AurocTerm, aurocOf, covarianceOf, type Moments, mean, momentsOf } from './aurocs.ts';

/** From this many seeds there is an interval of the method, from TESTED_SEEDS a verdict. */
export const FEWEST_SEEDS = 3;
export const TESTED_SEEDS = 5;

/** The variance of a mean over seeds as an estimate for the method, which could be trained with other seeds. */
export interface SeedReaders {
  /** s^2 / K + max(0, c) */
  readonly variance: number;
  readonly df: number;
  /** s^2 / K: variance between the seeds' values, which holds seed x patient */
  readonly seeds: number;
  /** max(0, c): mean clustered covariance between different seeds, which holds the patients */
  readonly patients: number;
}

/**
 * Seeds as the readers of Obuchowski and Rockette (Communications in Statistics B 1995): s^2 / K + max(0, c), c being
 * the mean clustered covariance between different seeds, so that what differs seed by seed and patient by patient is
 * counted once. c is (K x the variance of the mean - the mean variance of a seed) / (K - 1), without a pass over pairs
 * of seeds. Degrees of freedom after Hillis (Statistics in Medicine 2007), with those of the patients' part too, and
 * K - 2 for the seeds' part: with K - 1, five seeds that hold 80 % of the variance reject a true null in 5.8 %, with
 * K - 2 in 5.1 %. A sum is never less sure than its less sure part. With three or four seeds K - 1.
 * @param bySeed the value of each seed, paired where it is a difference
 * @param ofMean clustered variance of the mean over the seeds
 * @param ofSeeds mean of the seeds' own clustered variances
 * @param patientsDf degrees of freedom of the clustered variance
 * @returns null below three seeds, which tell nothing of others
 */
export function seedReaders(
  bySeed: readonly number[],
  ofMean: number,
  ofSeeds: number,
  patientsDf: number,
): SeedReaders | null {
  const count = bySeed.length;
  if (count < FEWEST_SEEDS) return null;
  const centre = mean(bySeed);
  const seeds = bySeed.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (count - 1) / count;
  const patients = Math.max(0, betweenSeeds(count, ofMean, ofSeeds));
  const variance = seeds + patients;
  return { variance, seeds, patients, df: readersDf(count, seeds, patients, patientsDf) };
}

function betweenSeeds(count: number, ofMean: number, ofSeeds: number): number {
  return (count * ofMean - ofSeeds) / (count - 1);
}

function readersDf(count: number, seeds: number, patients: number, patientsDf: number): number {
  if (count < TESTED_SEEDS) return count - 1;
  const spread = seeds ** 2 / (count - 2) + patients ** 2 / patientsDf;
  if (spread === 0) return patientsDf;
  return Math.max(Math.min(count - 1, patientsDf), (seeds + patients) ** 2 / spread);
}

/**
 * seedReaders of a combination of AUROCs.
 * @param moments of it, as from momentsOf
 */
export function readersOf(
  terms: readonly AurocTerm[],
  moments: Moments,
  strata: Uint8Array,
): SeedReaders | null {
  const seeds = seedTerms(terms);
  if (seeds.length < FEWEST_SEEDS) return null;
  const own = seeds.map((seed) => momentsOf(seed, strata) as Moments);
  return seedReaders(
    own.map(({ value }) => value),
    moments.variance,
    mean(own.map(({ variance }) => variance)),
    moments.df,
  );
}

/** The same combination of each seed. */
function seedTerms(terms: readonly AurocTerm[]): AurocTerm[][] {
  const count = terms[0]?.seeds.length ?? 0;
  if (terms.some(({ seeds }) => seeds.length !== count)) throw new RangeError('terms with different seeds');
  return Array.from({ length: count }, (_, k) =>
    terms.map((term) => ({ ...term, seeds: term.seeds.slice(k, k + 1) })),
  );
}

/**
 * Covariance of the terms' AUROCs with the seeds as readers, for moverInterval.
 * @param withPatients whether the covariance between seeds, c, is in it: not where that of the whole combination is 0
 */
export function readersCovariance(terms: readonly AurocTerm[], withPatients: boolean): Float64Array[] {
  const count = terms[0]?.seeds.length as number;
  const means = covarianceOf(terms, null);
  const bySeed = Array.from({ length: count }, (_, seed) => covarianceOf(terms, seed));
  const centre = terms.map(aurocOf);
  return terms.map((a, i) =>
    Float64Array.from(terms, (b, j) => {
      const products = a.seeds.map(
        ({ value }, k) =>
          (value - (centre[i] as number)) * ((b.seeds[k]?.value as number) - (centre[j] as number)),
      );
      const seeds = (mean(products) * count) / (count - 1) / count;
      const between = betweenSeeds(
        count,
        means[i]?.[j] as number,
        mean(bySeed.map((own) => own[i]?.[j] as number)),
      );
      return seeds + (i === j ? Math.max(0, between) : between) * (withPatients ? 1 : 0);
    }),
  );
}

/** Two gaps with their covariance as estimates for the method, for absChangeInterval. */
export interface ReadersPair {
  readonly pair: GapPair;
  readonly df: number;
}

/**
 * The joint covariance of two gaps with the seeds as readers. Its degrees of freedom are those of a sum of two
 * estimated matrices that Krishnamoorthy and Yu (Statistics and Probability Letters 2004) give for Hotelling's region,
 * unchanged by linear maps of the two; with three or four seeds K - 1.
 * @param gap1 terms of one gap, gap2 of the other, over the same seeds
 * @param strata of each cluster, as from strataOf
 * @returns null below three seeds or with one cluster
 */
export function readersPair(
  gap1: readonly AurocTerm[],
  gap2: readonly AurocTerm[],
  strata: Uint8Array,
): ReadersPair | null {
  const readers = (terms: readonly AurocTerm[]) => {
    const moments = momentsOf(terms, strata);
    return moments && { moments, readers: readersOf(terms, moments, strata) };
  };
  const one = readers(gap1);
  const two = readers(gap2);
  const sum = readers([...gap1, ...gap2]);
  if (!one?.readers || !two?.readers || !sum?.readers) return null;
  const parts = (['seeds', 'patients'] as const).map((part) => {
    const [a, b, c] = [one, two, sum].map(({ readers }) => readers?.[part] as number) as [
      number,
      number,
      number,
    ];
    // The estimate may be no covariance matrix: the nearest that keeps its variances is taken.
    const bound = Math.sqrt(a * b);
    return [a, Math.max(-bound, Math.min(bound, (c - a - b) / 2)), b] as const;
  }) as [Matrix, Matrix];
  const [var1, cov, var2] = parts[0].map((entry, i) => entry + (parts[1][i] as number)) as [
    number,
    number,
    number,
  ];
  const patientsDf = Math.min(one.moments.df, two.moments.df);
  return {
    pair: { gap1: one.moments.value, gap2: two.moments.value, var1, var2, cov },
    df: pairDf(parts, [var1, cov, var2], gap1[0]?.seeds.length as number, patientsDf),
  };
}

/** A symmetric matrix of two rows: first variance, covariance, second variance. */
type Matrix = readonly [number, number, number];

function pairDf(parts: readonly [Matrix, Matrix], whole: Matrix, seeds: number, patientsDf: number): number {
  if (seeds < TESTED_SEEDS) return seeds - 1;
  const [a, b, d] = whole;
  const determinant = a * d - b * b;
  if (!(determinant > 1e-12 * a * d)) return seeds - 1;
  const spread = parts.map(([p, q, r]) => {
    // the part times the inverse of the whole
    const [w, x] = [(p * d - q * b) / determinant, (q * a - p * b) / determinant];
    const [y, z] = [(q * d - r * b) / determinant, (r * a - q * b) / determinant];
    return w * w + 2 * x * y + z * z + (w + z) ** 2;
  });
  const sum = (spread[0] as number) / (seeds - 2) + (spread[1] as number) / patientsDf;
  return Math.max(Math.min(seeds - 1, patientsDf), 6 / sum);
}
