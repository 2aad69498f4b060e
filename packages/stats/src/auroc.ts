import { NEGATIVE, POSITIVE, place } from './placements.ts';
import { rank } from './ranking.ts';

/**
 * DeLong's placement values, from midranks.
 * `positive[i]`: share of negatives that positive i outranks (ties count one half), V10;
 * `negative[j]`: share of positives that outrank negative j, V01. Both average to the AUROC.
 */
export interface Placements {
  readonly auroc: number;
  readonly positive: Float64Array;
  readonly negative: Float64Array;
}

/**
 * AUROC with ties counted one half, and its placement values, in O(n log n) doubles.
 * DeLong, DeLong, Clarke-Pearson, Biometrics 1988; midranks as in Sun and Xu, IEEE SPL 2014.
 * @param positives scores of the images with the finding, finite
 * @param negatives scores of the images without it, finite
 * @returns null where one class is empty
 */
export function placements(positives: Float64Array, negatives: Float64Array): Placements | null {
  const m = positives.length;
  const n = negatives.length;
  if (m === 0 || n === 0) return null;
  const scores = new Float64Array(m + n);
  scores.set(positives);
  scores.set(negatives, m);
  const code = new Uint8Array(m + n).fill(POSITIVE, 0, m).fill(NEGATIVE, m);
  const values = new Float64Array(m + n);
  place(rank(scores), code, null, values);
  const positive = values.subarray(0, m);
  return { auroc: positive.reduce((sum, value) => sum + value) / m, positive, negative: values.subarray(m) };
}

/** AUROC alone; null where one class is empty. */
export function auroc(positives: Float64Array, negatives: Float64Array): number | null {
  return placements(positives, negatives)?.auroc ?? null;
}
