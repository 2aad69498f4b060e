import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { expit, rank } from '@viewgap/stats';
import { type Cell, cellCalibration, cellOf, scoredFindings } from '../contrasts/calibration.ts';
import { bounds } from '../contrasts/inference.ts';
import { joinNotes } from '../contrasts/notes.ts';
import { tableOf } from '../contrasts/table.ts';
import { withInterval } from '../contrasts/with-interval.ts';
import { CELL_VIEWS } from '../study/label-counts.ts';

type CalibrationRow = MetricsRow<'calibration'>;
type Points = CalibrationRow['points'];

/** Calibration of each model per seed, finding and view: as scored, and after scaling on the validation images. */
export const table = tableOf(METRICS_TABLES.calibration, ({ study, contrasts, reading }) =>
  study.models.flatMap((model) =>
    scoredFindings(study, contrasts, model).flatMap(({ seed, finding, each, notes }) =>
      CELL_VIEWS.flatMap((view) =>
        each.map(({ scores, logits }): CalibrationRow => {
          const cell = cellOf(contrasts, logits, finding, view);
          const found = cellCalibration(contrasts, cell);
          const intercept = withInterval(found?.intercept ?? null, reading.level);
          const slope = withInterval(found?.slope ?? null, reading.level);
          const points = reliability(cell);
          return {
            dataset: contrasts.dataset.name,
            model,
            seed,
            finding,
            view,
            scores,
            n: cell.labels.length,
            intercept: intercept.value,
            ...bounds('intercept_ci', intercept.ci),
            slope: slope.value,
            ...bounds('slope_ci', slope.ci),
            brier: found?.brier.value ?? null,
            ece: found === null ? null : expectedError(points),
            points,
            note: joinNotes([
              found === null ? 'no image with a known label' : null,
              found !== null && found.slope === null
                ? 'no slope: one class only, or the score separates them'
                : null,
              ...notes,
            ]),
          };
        }),
      ),
    ),
  ),
);

const BINS = 10;

/** Bins of equal mass in the order of the logits. Images of one score stay in one bin, so that no name decides a bin. */
export function reliability({ logits, labels }: Pick<Cell, 'logits' | 'labels'>): Points {
  const n = logits.length;
  const { order, tied } = rank(logits);
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
function expectedError(points: Points): number {
  const images = points.reduce((sum, { n }) => sum + n, 0);
  return (
    points.reduce((sum, { n, predicted, observed }) => sum + n * Math.abs(predicted - observed), 0) / images
  );
}
