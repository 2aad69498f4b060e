import type { MetricsRow } from '@viewgap/contracts/metrics';
import { type Calibration, clusterCount, combine, type Estimate } from '@viewgap/stats';
import { CELL_VIEWS, type CellView } from '../study/label-counts.ts';
import { calibrationsOf, labelledLogits, scoredFindings, type ViewCalibration } from './calibration.ts';
import type { Contrasts } from './estimates.ts';
import { bounds } from './inference.ts';
import { joinNotes } from './notes.ts';
import { expectedError } from './reliability.ts';
import type { DatasetTask } from './table.ts';
import { withInterval } from './with-interval.ts';

type CalibrationRow = MetricsRow<'calibration'>;
type CalibrationGap = MetricsRow<'calibration_gaps'>;

const SCORES = ['raw', 'scaled'] as const;

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
    for (const { seed, finding, logits, scaling, notes } of scoredFindings(study, contrasts, model)) {
      const keys = SCORES.map((scores) => ({
        dataset: contrasts.dataset.name,
        model,
        seed,
        finding,
        scores,
      }));
      const views = CELL_VIEWS.map((view) => {
        const images = labelledLogits(contrasts, logits, finding, view);
        return { view, n: images.logits.length, each: calibrationsOf(images, scaling) };
      });
      for (const { view, n, each } of views) {
        each.forEach((found, k) => {
          calibration.push(viewRow(keys[k] as Key, view, n, found, reading.level, notes));
        });
      }
      keys.slice(0, scaling === null ? 1 : 2).forEach((key, k) => {
        const inViews = views.map(({ view, each }) => ({ view, found: each[k]?.found ?? null }));
        for (const row of gapRows(key, inViews, reading.level, notes)) gaps.push(row);
      });
    }
  }
  return { calibration, gaps };
}

function viewRow(
  key: Key,
  view: CellView,
  n: number,
  { found, points }: ViewCalibration,
  level: number,
  notes: readonly string[],
): CalibrationRow {
  const intercept = withInterval(found?.intercept ?? null, level);
  const slope = withInterval(found?.slope ?? null, level);
  return {
    ...key,
    view,
    n,
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
