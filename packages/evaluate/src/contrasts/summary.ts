import { clusteredError, type Interval, logitInterval, normalInterval, twoSidedP } from '@viewgap/stats';
import type { LabelCounts } from '../study/label-counts.ts';
import { inNote } from '../study/note-name.ts';
import type { Contrast } from './estimates.ts';

/** How every table of one run reads its contrasts. */
export interface Reading {
  /** of the confidence intervals, 0.95 */
  readonly level: number;
  /** below this many patients with or without the finding a cell is flagged */
  readonly few_patients: number;
  /** below this many patients with or without the finding in any cell there is no p-value */
  readonly no_test_below: number;
}

/**
 * Simulated with 45 AP and 101 PA images and no true gap, the test of a gap at a nominal 5 % rejects in 28, 17, 10, 8, 7
 * and 5 % of 4,000 trials with 2, 3, 5, 7, 10 and 20 positive AP patients.
 */
export const READING: Reading = { level: 0.95, few_patients: 50, no_test_below: 5 };

/** The numbers that a table prints for a contrast. */
export interface Summary {
  readonly value: number | null;
  readonly se: number | null;
  readonly ci: Interval | null;
  /** of "the value is 0"; null for an AUROC, which is not tested */
  readonly p: number | null;
  readonly note: string | null;
}

/**
 * @param kind `auroc`: an AUROC or a mean of them, interval on the logit scale, inside (0, 1);
 * `difference`: a signed contrast, normal interval and test
 * @param notes what else a reader must know
 */
export function summarise(
  contrast: Contrast,
  kind: 'auroc' | 'difference',
  reading: Reading,
  notes: readonly string[] = [],
): Summary {
  const { estimate } = contrast;
  if (estimate === null) {
    return { value: null, se: null, ci: null, p: null, note: joinNotes([contrast.missing, ...notes]) };
  }
  const { value } = estimate;
  const se = clusteredError(estimate);
  const interval = kind === 'auroc' ? logitInterval : normalInterval;
  const enough = contrast.cells.every(
    ({ positivePatients, negativePatients }) =>
      Math.min(positivePatients, negativePatients) >= reading.no_test_below,
  );
  const tested = kind === 'difference' && se !== null && se > 0 && enough;
  return {
    value,
    se,
    ci: se === null ? null : interval(value, se, reading.level),
    p: tested ? twoSidedP(value / se) : null,
    note: joinNotes([
      ...contrast.remarks,
      kind === 'auroc' && (value === 0 || value === 1) ? `AUROC is exactly ${value}: no interval` : null,
      se === null ? 'one patient: no standard error' : null,
      se === 0 ? 'standard error is 0: no interval and no test' : null,
      fewPatients(contrast.cells, reading.few_patients),
      kind === 'difference' && !enough ? `no test below ${reading.no_test_below} patients of a class` : null,
      ...notes,
    ]),
  };
}

/** Remarks as one note, `; ` between them: no remark holds one, so that a reader can take them apart again. */
export function joinNotes(notes: readonly (string | null)[]): string | null {
  return notes.filter((note) => note !== null).join('; ') || null;
}

/** The rarest cells first, three at most: one is enough to distrust the standard error. */
export function fewPatients(cells: readonly LabelCounts[], bound: number): string | null {
  const few = cells
    .flatMap(({ finding, view, positivePatients, negativePatients }) => [
      { count: positivePatients, text: `${positivePatients} with ${inNote(finding)} in ${view}` },
      { count: negativePatients, text: `${negativePatients} without ${inNote(finding)} in ${view}` },
    ])
    .filter(({ count }) => count < bound)
    .sort((a, b) => a.count - b.count);
  if (few.length === 0) return null;
  const shown = few.slice(0, 3).map(({ text }) => text);
  const more = few.length > shown.length ? ` and ${few.length - shown.length} more such counts` : '';
  return `few patients: ${shown.join(', ')}${more} (standard error too small, the more so the fewer there are)`;
}
