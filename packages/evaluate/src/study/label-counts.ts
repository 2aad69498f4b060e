import type { Dataset } from './study.ts';

/** Part of the images that a number is of: one view, or both together (`all`, never a mean of the two). */
export type CellView = 'AP' | 'PA' | 'all';
export const CELL_VIEWS: readonly CellView[] = ['AP', 'PA', 'all'];

/** Views of an AUROC: `mean` is the mean of AP's and PA's with equal weights. */
export type AurocView = CellView | 'mean';
export const AUROC_VIEWS: readonly AurocView[] = [...CELL_VIEWS, 'mean'];

/** What a cell has to estimate from: the images of one view whose label for one finding is known. */
export interface LabelCounts {
  readonly finding: string;
  readonly view: CellView;
  readonly n: number;
  readonly positives: number;
  readonly patients: number;
  readonly positivePatients: number;
  readonly negativePatients: number;
  /** [patients] 1 for each cluster with an image with the finding, and for each with one without */
  readonly classes: readonly [present: Uint8Array, absent: Uint8Array];
}

/** @param labels of one finding: 1, 0 or unknown */
export function countLabels(
  dataset: Dataset,
  labels: Int8Array,
  finding: string,
  view: CellView,
): LabelCounts {
  const withFinding = new Uint8Array(dataset.patients);
  const without = new Uint8Array(dataset.patients);
  let n = 0;
  let positives = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if ((label !== 0 && label !== 1) || !inView(dataset.ap[i] as number, view)) continue;
    n++;
    positives += label;
    (label === 1 ? withFinding : without)[dataset.patient[i] as number] = 1;
  }
  const sum = (flags: Uint8Array) => flags.reduce((total, flag) => total + flag, 0);
  return {
    finding,
    view,
    n,
    positives,
    patients: sum(withFinding.map((flag, g) => flag | (without[g] as number))),
    positivePatients: sum(withFinding),
    negativePatients: sum(without),
    classes: [withFinding, without],
  };
}

/** Pairs of an image with the finding and one without. */
export function pairCount({ n, positives }: Pick<LabelCounts, 'n' | 'positives'>): number {
  return positives * (n - positives);
}

export function inView(ap: number, view: CellView): boolean {
  return view === 'all' || (view === 'AP') === (ap === 1);
}
