import { OUT, POSITIVE } from './placements.ts';
import type { Ranking } from './ranking.ts';

/**
 * Average precision, the area under the precision-recall curve without interpolation, as scikit-learn has it: the mean
 * over the positives of the precision at their score; equal scores are one threshold.
 * @param code of each image: POSITIVE, NEGATIVE or OUT
 * @returns null where there is no positive
 */
export function averagePrecision({ order, tied }: Ranking, code: Uint8Array): number | null {
  let positives = 0;
  let images = 0;
  let sum = 0;
  let fresh = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const c = code[order[k] as number];
    if (c !== OUT) {
      images++;
      if (c === POSITIVE) fresh++;
    }
    if (tied[k] === 1) continue;
    positives += fresh;
    if (fresh > 0) sum += fresh * (positives / images);
    fresh = 0;
  }
  return positives === 0 ? null : sum / positives;
}
