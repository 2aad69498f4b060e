import { OUT, type Placed, POSITIVE } from './placements.ts';
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
 * The ROC curve from [0, 0] to [1, 1]: its corners where they are few, else points of the curve at equal steps along it,
 * as few as keep the area within 1e-4. Equal scores are one step of the curve, a slope.
 * @param placed the AUROC of the same ranking and code, and the sizes of its classes
 */
export function rocCurve(ranking: Ranking, code: Uint8Array, placed: Placed): Roc {
  for (let segments = FIRST_SEGMENTS; ; segments *= 2) {
    const points = corners(ranking, code, placed, segments);
    if (points !== null) return { points, areaError: area(points) - placed.auroc };
    const thinned = walk(ranking, code, placed, segments);
    const areaError = area(thinned) - placed.auroc;
    if (Math.abs(areaError) <= TOLERANCE) return { points: thinned, areaError };
  }
}

/** The whole curve without the points in the middle of a straight line up or across; null where that is more than `most`. */
function corners(
  { order, tied }: Ranking,
  code: Uint8Array,
  { positives, negatives }: Placed,
  most: number,
): RocPoint[] | null {
  const points: RocPoint[] = [[0, 0]];
  let [neg, pos, lastNeg, lastPos] = [0, 0, 0, 0];
  let wasUp: boolean | null = null;
  for (let k = order.length - 1; k >= 0; k--) {
    const c = code[order[k] as number];
    if (c === POSITIVE) pos++;
    else if (c !== OUT) neg++;
    if (tied[k] === 1) continue;
    const [across, upwards] = [neg > lastNeg, pos > lastPos];
    if (!across && !upwards) continue;
    const isUp = across && upwards ? null : upwards;
    if (isUp !== null && isUp === wasUp) points.pop();
    points.push([neg / negatives, pos / positives]);
    if (points.length > most) return null;
    [lastNeg, lastPos, wasUp] = [neg, pos, isUp];
  }
  return points;
}

/** From the highest score down: the points of the curve that are a step or more after the last one kept, and its end. */
function walk(
  { order, tied }: Ranking,
  code: Uint8Array,
  { positives, negatives }: Placed,
  segments: number,
): RocPoint[] {
  const points: RocPoint[] = [[0, 0]];
  let [neg, pos, next] = [0, 0, 2 / segments];
  for (let k = order.length - 1; k >= 0; k--) {
    const c = code[order[k] as number];
    if (c !== OUT) {
      if (c === POSITIVE) pos++;
      else neg++;
    }
    if (tied[k] === 1) continue;
    const along = neg / negatives + pos / positives;
    if (along < next) continue;
    points.push([neg / negatives, pos / positives]);
    next = along + 2 / segments;
  }
  const [fpr, tpr] = points.at(-1) as RocPoint;
  if (fpr < 1 || tpr < 1) points.push([1, 1]);
  return points;
}

function area(points: readonly RocPoint[]): number {
  let sum = 0;
  for (let k = 1; k < points.length; k++) {
    const [[x0, y0], [x1, y1]] = [points[k - 1] as RocPoint, points[k] as RocPoint];
    sum += ((x1 - x0) * (y0 + y1)) / 2;
  }
  return sum;
}
