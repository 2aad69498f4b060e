import { expit } from './logit.ts';
import { normalQuantile } from './normal.ts';
import { studentQuantile, studentTwoSidedP } from './student.ts';

export type Interval = [lo: number, hi: number];

/**
 * Confidence interval of one AUROC on the logit scale: always inside (0, 1) (Pepe, 2003, section 5.2.2).
 * @param df degrees of freedom of Student's distribution, clusters - 1; Infinity: the normal one
 * @returns null where the AUROC is exactly 0 or 1, or its standard error is 0: the scale has no width there
 */
export function logitInterval(auroc: number, se: number, level: number, df: number): Interval | null {
  if (auroc <= 0 || auroc >= 1 || se <= 0) return null;
  const centre = Math.log(auroc / (1 - auroc));
  const half = (studentQuantile((1 + level) / 2, df) * se) / (auroc * (1 - auroc));
  return [expit(centre - half), expit(centre + half)];
}

/** Confidence interval of a contrast (a difference of AUROCs), symmetric; null where its standard error is 0. */
export function normalInterval(value: number, se: number, level: number): Interval | null {
  if (se <= 0) return null;
  const half = normalQuantile((1 + level) / 2) * se;
  return [value - half, value + half];
}

/** An error that is itself estimated. */
export interface StudentError {
  readonly se: number;
  /** degrees of freedom of Student's distribution; Infinity: the normal one */
  readonly df: number;
}

/** Interval of a contrast that refers to Student's distribution; null where its error is 0. */
export function studentInterval(value: number, { se, df }: StudentError, level: number): Interval | null {
  if (se <= 0) return null;
  const half = studentQuantile((1 + level) / 2, df) * se;
  return [value - half, value + half];
}

/** Two-sided p of "the value is 0"; null where its error is 0. */
export function studentP(value: number, { se, df }: StudentError): number | null {
  return se <= 0 ? null : studentTwoSidedP(value / se, df);
}
