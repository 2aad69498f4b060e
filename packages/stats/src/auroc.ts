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
  const rankIn = (own: Float64Array, sortedOther: Float64Array): Float64Array =>
    own.map((score) => (countBelow(sortedOther, score) + countAtMost(sortedOther, score)) / 2);
  const positive = rankIn(positives, negatives.slice().sort()).map((rank) => rank / n);
  const negative = rankIn(negatives, positives.slice().sort()).map((rank) => 1 - rank / m);
  let sum = 0;
  for (const value of positive) sum += value;
  return { auroc: sum / m, positive, negative };
}

/** AUROC alone; null where one class is empty. */
export function auroc(positives: Float64Array, negatives: Float64Array): number | null {
  return placements(positives, negatives)?.auroc ?? null;
}

function countBelow(sorted: Float64Array, score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countAtMost(sorted: Float64Array, score: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) <= score) low = middle + 1;
    else high = middle;
  }
  return low;
}
