import type { Interval } from './interval.ts';
import { studentQuantile, studentTwoSidedP } from './student.ts';

/** Error of a mean over seeds as an estimate for the method, which could be trained with other seeds. */
export interface MethodError {
  readonly se: number;
  /** degrees of freedom of Student's distribution */
  readonly df: number;
}

/**
 * Adds the variance between seeds to that between patients: se^2 + s^2 / K, with Satterthwaite's degrees of freedom
 * (Biometrics Bulletin 1946) from the two parts. The seeds of a change are paired, so that s is of its differences.
 * @param se clustered standard error of the mean over the seeds
 * @param clusters in that mean
 * @param bySeed the value of each seed
 * @returns null with one seed, which tells nothing of others
 */
export function methodError(se: number, clusters: number, bySeed: readonly number[]): MethodError | null {
  const count = bySeed.length;
  if (count < 2 || clusters < 2) return null;
  const mean = bySeed.reduce((sum, value) => sum + value, 0) / count;
  const squares = bySeed.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [patients, seeds] = [se * se, squares / (count - 1) / count];
  const variance = patients + seeds;
  const spread = patients ** 2 / (clusters - 1) + seeds ** 2 / (count - 1);
  return { se: Math.sqrt(variance), df: spread === 0 ? Number.POSITIVE_INFINITY : variance ** 2 / spread };
}

/** Interval of a contrast that refers to Student's distribution; null where its error is 0. */
export function studentInterval(value: number, { se, df }: MethodError, level: number): Interval | null {
  if (se <= 0) return null;
  const half = studentQuantile((1 + level) / 2, df) * se;
  return [value - half, value + half];
}

/** Two-sided p of "the value is 0"; null where its error is 0. */
export function studentP(value: number, { se, df }: MethodError): number | null {
  return se <= 0 ? null : studentTwoSidedP(value / se, df);
}
