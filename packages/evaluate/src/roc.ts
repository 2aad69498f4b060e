import { OUT, type Placed, POSITIVE } from './place.ts';
import type { Ranking } from './ranking.ts';

/** [false positive rate, true positive rate]. */
export type RocPoint = [fpr: number, tpr: number];

export interface Roc {
  readonly points: RocPoint[];
  /** area under the points minus that under the whole curve */
  readonly areaError: number;
}

const TOLERANCE = 1e-4;
const FIRST_SEGMENTS = 32;

/**
 * The ROC curve from [0, 0] to [1, 1], thinned to points of the curve at equal steps along it, as few as keep the area
 * within 1e-4. Equal scores are one step of the curve, a slope.
 * @param placed the AUROC of the same ranking and code, and the sizes of its classes
 */
export function rocCurve(ranking: Ranking, code: Uint8Array, { auroc, positives, negatives }: Placed): Roc {
  const whole = steps(ranking, code);
  const last = whole.length - 1;
  for (let segments = FIRST_SEGMENTS; ; segments *= 2) {
    const points = thin(whole, segments).map(([neg, pos]): RocPoint => [neg / negatives, pos / positives]);
    const areaError = area(points) - auroc;
    if (Math.abs(areaError) <= TOLERANCE || segments > 2 * last) return { points, areaError };
  }
}

/** Negatives and positives above each score, from the highest. */
function steps({ order, tied }: Ranking, code: Uint8Array): RocPoint[] {
  const all: RocPoint[] = [[0, 0]];
  let [neg, pos, moved] = [0, 0, false];
  for (let k = order.length - 1; k >= 0; k--) {
    const c = code[order[k] as number];
    if (c !== OUT) {
      if (c === POSITIVE) pos++;
      else neg++;
      moved = true;
    }
    if (tied[k] === 0 && moved) {
      all.push([neg, pos]);
      moved = false;
    }
  }
  return all;
}

function thin(whole: readonly RocPoint[], segments: number): RocPoint[] {
  const [negatives, positives] = whole.at(-1) as RocPoint;
  const along = ([neg, pos]: RocPoint) => neg / negatives + pos / positives;
  const kept: RocPoint[] = [];
  let next = 0;
  whole.forEach((point, i) => {
    if (along(point) < next - 1e-12 && i < whole.length - 1) return;
    kept.push(point);
    next = along(point) + 2 / segments;
  });
  return kept;
}

function area(points: readonly RocPoint[]): number {
  let sum = 0;
  for (let k = 1; k < points.length; k++) {
    const [[x0, y0], [x1, y1]] = [points[k - 1] as RocPoint, points[k] as RocPoint];
    sum += ((x1 - x0) * (y0 + y1)) / 2;
  }
  return sum;
}
