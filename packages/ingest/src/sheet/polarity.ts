import type { Grey } from '@viewgap/shards/grey';
import type { Resizer } from '../pixels/resize.ts';

const EDGE = 32;
/** None of 892 radiographs of NIH is above it; 890 of their negatives are (see docs/benchmarks/ingest.md). */
const INVERTED = 20;

/**
 * Whether a chest film seems to be shown as its negative: lungs and upper corners, which are dark, brighter than the
 * spine and heart between them. A suspicion for a person to look at, not a proof.
 */
export function looksInverted(film: Grey, resizer: Resizer): boolean {
  const pixels = resizer.stretch(film, EDGE);
  const mean = (left: number, right: number, top: number, bottom: number): number => {
    let sum = 0;
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) sum += pixels[y * EDGE + x] as number;
    return sum / ((right - left) * (bottom - top));
  };
  const corners = (mean(0, 4, 0, 4) + mean(28, 32, 0, 4)) / 2;
  const lungs = (mean(7, 11, 10, 20) + mean(21, 25, 10, 20)) / 2;
  const middle = mean(14, 18, 14, 28);
  return lungs + corners - 2 * middle > INVERTED;
}
