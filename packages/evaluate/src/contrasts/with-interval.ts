import { clusterCount, clusteredError, type Estimate, type Interval, studentInterval } from '@viewgap/stats';

/** A number that is no AUROC, with its clustered error and Student's interval on clusters - 1 degrees of freedom. */
export interface WithInterval {
  readonly value: number | null;
  readonly se: number | null;
  readonly ci: Interval | null;
}

export function withInterval(estimate: Estimate | null, level: number): WithInterval {
  if (estimate === null) return { value: null, se: null, ci: null };
  const se = clusteredError(estimate);
  const df = clusterCount(estimate) - 1;
  const ci = se === null || se === 0 ? null : studentInterval(estimate.value, { se, df }, level);
  return { value: estimate.value, se, ci };
}
