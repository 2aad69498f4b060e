import { type CellView, inView } from './label-counts.ts';
import { type Dataset, UNKNOWN } from './study.ts';

/** The validation images of all data sets that one trained model scored for one finding, with a known label. */
export interface Validation {
  readonly scores: Float64Array;
  /** 1 or 0 */
  readonly labels: Uint8Array;
}

/**
 * @param view of the images
 * @returns null where there are no such images, or only one class
 */
export function pooledValidation(
  datasets: readonly Dataset[],
  model: string,
  seed: number,
  finding: number,
  view: CellView = 'all',
): Validation | null {
  const scores: number[] = [];
  const labels: number[] = [];
  for (const dataset of datasets) {
    const unit = dataset.units.find((one) => one.model === model && one.seed === seed);
    unit?.scores[finding]?.forEach((score, i) => {
      const label = dataset.labels[finding]?.[i] ?? UNKNOWN;
      if (label === UNKNOWN || !inView(dataset.ap[i] as number, view)) return;
      scores.push(score);
      labels.push(label);
    });
  }
  if (!labels.includes(1) || !labels.includes(0)) return null;
  return { scores: Float64Array.from(scores), labels: Uint8Array.from(labels) };
}
