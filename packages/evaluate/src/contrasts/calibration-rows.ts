import type { MetricsRow } from '@viewgap/contracts/metrics';
import { type Calibration, clusterCount, combine, type Estimate, expit, rank } from '@viewgap/stats';
import { CELL_VIEWS, type CellView } from '../study/label-counts.ts';
import { type Cell, cellCalibration, cellOf, scoredFindings } from './calibration.ts';
import type { Contrasts } from './estimates.ts';
import { bounds } from './inference.ts';
import { joinNotes } from './notes.ts';
import type { DatasetTask } from './table.ts';
import { withInterval } from './with-interval.ts';

type CalibrationRow = MetricsRow<'calibration'>;
type CalibrationGap = MetricsRow<'calibration_gaps'>;
type Points = CalibrationRow['points'];

interface CalibrationRows {
  readonly calibration: CalibrationRow[];
  readonly gaps: CalibrationGap[];
}

const made = new WeakMap<Contrasts, CalibrationRows>();

/** The rows of both tables of calibration of a data set: they need the same fits, which take long and are made once. */
export function calibrationRows(task: DatasetTask): CalibrationRows {
  const rows = made.get(task.contrasts) ?? computed(task);
  made.set(task.contrasts, rows);
  return rows;
}

type Key = Pick<CalibrationRow, 'dataset' | 'model' | 'seed' | 'finding' | 'scores'>;

/** Fit by fit, so that the influences of one seed and finding alone are in memory. */
function computed({ study, contrasts, reading }: DatasetTask): CalibrationRows {
  const calibration: CalibrationRow[] = [];
  const gaps: CalibrationGap[] = [];
  for (const model of study.models) {
    for (const { seed, finding, each, notes } of scoredFindings(study, contrasts, model)) {
      const byScores = each.map(({ scores, logits }) => {
        const key = { dataset: contrasts.dataset.name, model, seed, finding, scores };
        const views = CELL_VIEWS.map((view) => {
          const cell = cellOf(contrasts, logits, finding, view);
          return { view, cell, found: cellCalibration(contrasts, cell) };
        });
        for (const row of gapRows(key, views, reading.level, notes)) gaps.push(row);
        return views.map(({ view, cell, found }) => viewRow(key, view, cell, found, reading.level, notes));
      });
      for (const view of CELL_VIEWS.keys()) {
        for (const rows of byScores) calibration.push(rows[view] as CalibrationRow);
      }
    }
  }
  return { calibration, gaps };
}

function viewRow(
  key: Key,
  view: CellView,
  cell: Cell,
  found: Calibration | null,
  level: number,
  notes: readonly string[],
): CalibrationRow {
  const intercept = withInterval(found?.intercept ?? null, level);
  const slope = withInterval(found?.slope ?? null, level);
  const points = reliability(cell);
  return {
    ...key,
    view,
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
      found !== null && found.slope === null ? 'no slope: one class only, or the score separates them' : null,
      ...notes,
    ]),
  };
}

const MEASURES = ['intercept', 'slope', 'brier'] as const;

/** How calibration in AP differs from that in PA. Patients in both views are one cluster of the difference. */
function gapRows(
  key: Key,
  views: readonly { readonly view: CellView; readonly found: Calibration | null }[],
  level: number,
  notes: readonly string[],
): CalibrationGap[] {
  const [ap, pa] = (['AP', 'PA'] as const).map((view) => views.find((one) => one.view === view)?.found);
  return MEASURES.map((of): CalibrationGap => {
    const [inAp, inPa] = [ap?.[of] ?? null, pa?.[of] ?? null];
    const gap = difference(inAp, inPa);
    const { value, se, ci } = withInterval(gap, level);
    return {
      ...key,
      of,
      ap: inAp?.value ?? null,
      pa: inPa?.value ?? null,
      estimate: value,
      se,
      ...bounds('ci', ci),
      clusters: gap && clusterCount(gap),
      note: joinNotes([value === null ? 'cannot be estimated in both views' : null, ...notes]),
    };
  });
}

function difference(ap: Estimate | null, pa: Estimate | null): Estimate | null {
  if (ap === null || pa === null) return null;
  return combine([
    { weight: 1, estimate: ap },
    { weight: -1, estimate: pa },
  ]);
}

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
