import type { MetricsRow } from '@viewgap/contracts/metrics';
import { clusterCount, methodError, studentInterval, studentP } from '@viewgap/stats';
import type { Contrast } from './estimates.ts';
import type { Summary } from './summary.ts';

type MethodColumns = Pick<MetricsRow<'changes'>, 'method_se' | 'method_ci' | 'method_p' | 'method_df'>;

const NONE: MethodColumns = { method_se: null, method_ci: null, method_p: null, method_df: null };

/**
 * The columns about the method, next to those about these weights.
 * @param mean the contrast of the mean over seeds, with its summary
 * @param bySeed the same contrast of each seed
 */
export function methodColumns(
  mean: Contrast,
  { value, se, p }: Summary,
  bySeed: readonly Contrast[],
  level: number,
): MethodColumns {
  const values = bySeed.map(({ estimate }) => estimate?.value ?? null);
  if (mean.estimate === null || value === null || se === null || values.includes(null)) return NONE;
  const error = methodError(se, clusterCount(mean.estimate), values as number[]);
  if (error === null) return NONE;
  return {
    method_se: error.se,
    method_ci: studentInterval(value, error, level),
    method_p: p === null ? null : studentP(value, error),
    method_df: Number.isFinite(error.df) ? error.df : null,
  };
}
