import { FEWEST_TESTED } from '@viewgap/stats';
import type { LabelCounts } from '../study/label-counts.ts';

/** How every table of one run reads its contrasts. */
export interface Reading {
  /** of the confidence intervals, 0.95; tests are made at 1 - level */
  readonly level: number;
  /** below this many patients with or without the finding a cell is flagged */
  readonly few_patients: number;
  /** below this many patients with or without the finding in any cell there is no p-value */
  readonly no_test_below: number;
  /** what the errors are clustered by */
  readonly cluster: 'patient' | 'image' | 'other';
}

export const READING = { few_patients: 50, no_test_below: FEWEST_TESTED } as const;

export function readingOf(level: number, cluster: string): Reading {
  return { level, ...READING, cluster: KINDS[cluster] ?? 'other' };
}

const KINDS: Readonly<Record<string, Reading['cluster']>> = {
  patient: 'patient',
  patient_id: 'patient',
  image: 'image',
};

/** The clusters' plural for notes. */
export function clustersNoun({ cluster }: Pick<Reading, 'cluster'>): string {
  return { patient: 'patients', image: 'images', other: 'clusters' }[cluster];
}

/** How much of each class a cell has, in patients; in images where the clusters are no patients. */
export interface ClassSizes {
  readonly positives: number;
  readonly negatives: number;
  /** `patients` or `images` */
  readonly noun: string;
}

export function classSizes(counts: LabelCounts, { cluster }: Pick<Reading, 'cluster'>): ClassSizes {
  if (cluster === 'patient') {
    return { positives: counts.positivePatients, negatives: counts.negativePatients, noun: 'patients' };
  }
  return { positives: counts.positives, negatives: counts.n - counts.positives, noun: 'images' };
}

export function rarerClass(counts: LabelCounts, reading: Pick<Reading, 'cluster'>): number {
  const { positives, negatives } = classSizes(counts, reading);
  return Math.min(positives, negatives);
}
