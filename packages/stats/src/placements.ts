import type { Ranking } from './ranking.ts';

/** What an image is in a cell: without the finding, with it, or not in the cell. */
export const NEGATIVE = 0;
export const POSITIVE = 1;
export const OUT = 2;

/** An AUROC, and what its two classes weigh: their numbers of images where every weight is 1. */
export interface Placed {
  readonly auroc: number;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * AUROC with ties counted one half, and DeLong's placement values, in one walk along the ranking (DeLong, DeLong,
 * Clarke-Pearson, Biometrics 1988; midranks as in Sun and Xu, IEEE SPL 2014).
 * @param code of each image: NEGATIVE, POSITIVE or OUT
 * @param weights of each image, 0 or more; null: 1 each
 * @param values receives one number an image: of a positive the share of negatives that it outranks (V10), of a
 * negative the share of positives that outrank it (V01); others are left as they are
 * @returns null where one class is empty
 */
export function place(
  { order, tied }: Ranking,
  code: Uint8Array,
  weights: Float64Array | null,
  values: Float64Array,
): Placed | null {
  const n = order.length;
  const total = [0, 0] as [number, number];
  for (let k = 0; k < n; k++) {
    const i = order[k] as number;
    const c = code[i] as number;
    if (c !== OUT) total[c as 0 | 1] += weights === null ? 1 : (weights[i] as number);
  }
  const [negatives, positives] = total;
  if (negatives <= 0 || positives <= 0) return null;
  let below = 0;
  let outranked = 0;
  let sum = 0;
  for (let start = 0; start < n; ) {
    let end = start;
    let pos = 0;
    let neg = 0;
    do {
      const i = order[end] as number;
      const c = code[i] as number;
      if (c !== OUT) {
        const weight = weights === null ? 1 : (weights[i] as number);
        if (c === POSITIVE) pos += weight;
        else neg += weight;
      }
      end++;
    } while (end < n && tied[end] === 1);
    const v10 = (below + neg / 2) / negatives;
    const v01 = 1 - (outranked + pos / 2) / positives;
    for (let k = start; k < end; k++) {
      const i = order[k] as number;
      const c = code[i] as number;
      if (c === POSITIVE) values[i] = v10;
      else if (c === NEGATIVE) values[i] = v01;
    }
    sum += pos * v10;
    below += neg;
    outranked += pos;
    start = end;
  }
  return { auroc: sum / positives, positives, negatives };
}
