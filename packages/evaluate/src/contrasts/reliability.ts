import type { MetricsRow } from '@viewgap/contracts/metrics';
import { expit, type LabelledLogits, type Ranking } from '@viewgap/stats';

export type Points = MetricsRow<'calibration'>['points'];

const BINS = 10;

/** Bins of equal mass in the order of the logits. Images of one score stay in one bin, so that no name decides a bin. */
export function reliability(
  { logits, labels }: Pick<LabelledLogits, 'logits' | 'labels'>,
  { order, tied }: Ranking,
): Points {
  const n = logits.length;
  const points: Points = [];
  let start = 0;
  for (let bin = 0; bin < BINS; bin++) {
    let end = Math.max(start, Math.floor(((bin + 1) * n) / BINS));
    while (end > start && end < n && tied[end] === 1) end++;
    if (end === start) continue;
    let [predicted, observed] = [0, 0];
    for (let k = start; k < end; k++) {
      const i = order[k] as number;
      predicted += expit(logits[i] as number);
      observed += labels[i] as number;
    }
    points.push({ n: end - start, predicted: predicted / (end - start), observed: observed / (end - start) });
    start = end;
  }
  return points;
}

/** Mean over the bins, weighted by their images, of |predicted - observed|. */
export function expectedError(points: Points): number {
  const images = points.reduce((sum, { n }) => sum + n, 0);
  return (
    points.reduce((sum, { n, predicted, observed }) => sum + n * Math.abs(predicted - observed), 0) / images
  );
}
