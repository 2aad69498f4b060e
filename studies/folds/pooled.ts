import type { Metrics } from '@viewgap/contracts';
import { type Interval, normalInterval } from '@viewgap/evaluate';

/** The estimate of one fold; null where it cannot be estimated there. */
export interface FoldEstimate {
  readonly value: number | null;
  /** clustered by patient */
  readonly se: number | null;
}

/** The mean over the folds in which it can be estimated. */
export interface Pooled {
  readonly value: number;
  readonly se: number;
  readonly ci: Interval | null;
  /** of each fold */
  readonly values: readonly (number | null)[];
}

const LEVEL = 0.95;

/**
 * Folds share no patient, so the variance of their mean is the sum of theirs over the square of their number.
 * @returns null where no fold has an estimate
 */
export function pool(folds: readonly FoldEstimate[]): Pooled | null {
  const known = folds.flatMap(({ value, se }) => (value === null || se === null ? [] : [{ value, se }]));
  if (known.length === 0) return null;
  const value = known.reduce((sum, fold) => sum + fold.value, 0) / known.length;
  const se = Math.sqrt(known.reduce((sum, fold) => sum + fold.se ** 2, 0)) / known.length;
  return { value, se, ci: normalInterval(value, se, LEVEL), values: folds.map((fold) => fold.value) };
}

/** AUROC of a model over all views. @param finding or `mean` */
export function pooledAuroc(folds: readonly Metrics[], model: string, finding: string): Pooled | null {
  return pool(
    folds.map(({ cells }) => {
      const cell = cells.find(
        (c) => c.model === model && c.seed === null && c.finding === finding && c.view === 'all',
      );
      return { value: cell?.estimate ?? null, se: cell?.se ?? null };
    }),
  );
}

/** AUROC of the second model less that of the first, on the same films. @param finding or `mean` */
export function pooledChange(
  folds: readonly Metrics[],
  [from, to]: readonly [string, string],
  finding: string,
): Pooled | null {
  return pool(
    folds.map(({ changes }) => {
      const row = changes.find(
        (c) =>
          c.of === 'change_of_auroc' &&
          c.seed === null &&
          c.view === 'all' &&
          c.finding === finding &&
          [from, to].includes(c.from_model) &&
          [from, to].includes(c.to_model),
      );
      if (!row || row.estimate === null) return { value: null, se: null };
      return { value: row.from_model === from ? row.estimate : -row.estimate, se: row.se };
    }),
  );
}

/** Whether a difference is more than its error: `not shown` where its interval holds 0, or it has none. */
export function verdict({ ci }: Pooled): 'higher' | 'lower' | 'not shown' {
  if (ci === null || (ci[0] <= 0 && ci[1] >= 0)) return 'not shown';
  return ci[0] > 0 ? 'higher' : 'lower';
}
