import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import { expit, fitLogistic, OUT, rank } from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { joinNotes } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { CELL_VIEWS, type CellView } from '../study/label-counts.ts';
import { pooledValidation } from '../study/pooled-validation.ts';
import type { Dataset } from '../study/study.ts';

type CalibrationRow = MetricsRow<'calibration'>;

export const table = tableOf(METRICS_TABLES.calibration, ({ study, contrasts }) =>
  study.models.flatMap((model) => calibrationRows(contrasts, model, study.validation)),
);

const BINS = 10;

/** Keeps the logit of a probability of 0 or 1 finite. */
const LEAST = 1e-15;

/** How well probabilities agree with what happened. */
export interface Calibration {
  /** of the logistic regression of the label on the logit; null where a line separates the classes */
  readonly intercept: number | null;
  readonly slope: number | null;
  /** mean squared error of the probability */
  readonly brier: number;
  /** mean over the bins, weighted by their images, of |predicted - observed| */
  readonly ece: number;
  readonly points: CalibrationRow['points'];
}

/**
 * Calibration of logits (Cox, Biometrika 1958; Brier, Monthly Weather Review 1950): the reliability points are of ten
 * bins of equal mass, in the order of the logits.
 * @param labels 1 or 0, one a logit
 */
export function calibrate(logits: Float64Array, labels: ArrayLike<number>): Calibration {
  const n = logits.length;
  const { order } = rank(logits);
  const points: CalibrationRow['points'] = [];
  let [brier, ece] = [0, 0];
  for (let bin = 0; bin < BINS; bin++) {
    const [start, end] = [Math.floor((bin * n) / BINS), Math.floor(((bin + 1) * n) / BINS)];
    let [predicted, observed] = [0, 0];
    for (let k = start; k < end; k++) {
      const i = order[k] as number;
      const p = expit(logits[i] as number);
      predicted += p;
      observed += labels[i] as number;
      brier += (p - (labels[i] as number)) ** 2;
    }
    if (end === start) continue;
    ece += Math.abs(predicted - observed);
    points.push({ n: end - start, predicted: predicted / (end - start), observed: observed / (end - start) });
  }
  const columns = [new Float64Array(n).fill(1), logits];
  // Most scores are nearly calibrated, where few steps are left; from far away those from zero are the safer ones.
  const beta = fitLogistic(columns, labels, [0, 1]) ?? fitLogistic(columns, labels);
  return { intercept: beta?.[0] ?? null, slope: beta?.[1] ?? null, brier: brier / n, ece: ece / n, points };
}

/** Scores as logits: as they are or, where all lie in [0, 1], from probabilities. */
export function logitsOf(scores: Float64Array): { logits: Float64Array; probabilities: boolean } {
  const probabilities = scores.every((score) => Number.isNaN(score) || (score >= 0 && score <= 1));
  if (!probabilities) return { logits: scores, probabilities };
  const logits = scores.map((score) => {
    const p = Math.min(1 - LEAST, Math.max(LEAST, score));
    return Math.log(p / (1 - p));
  });
  return { logits, probabilities };
}

/** Calibration of one model per seed, finding and view: as scored, and after scaling on the validation images. */
function calibrationRows(
  contrasts: Contrasts,
  model: string,
  validation: readonly Dataset[],
): CalibrationRow[] {
  return contrasts.seeds(model).flatMap((seed) =>
    contrasts.findings.flatMap((finding, f) => {
      const scores = contrasts.scores(model, seed, finding);
      if (scores === null) return [];
      const { logits, probabilities } = logitsOf(scores);
      const beta = scaling(validation, model, seed, f);
      const said = [
        probabilities ? 'scores in [0, 1] were read as probabilities' : 'scores were read as logits',
        beta === null ? 'not scaled: no validation images of both classes' : null,
      ];
      return CELL_VIEWS.flatMap((view): CalibrationRow[] => {
        const key = { dataset: contrasts.dataset.name, model, seed, finding, view };
        const raw = {
          ...key,
          scores: 'raw' as const,
          ...cellCalibration(contrasts, logits, finding, view, said),
        };
        if (beta === null) return [raw];
        const scaled = logits.map((logit) => (beta[0] as number) + (beta[1] as number) * logit);
        const row = cellCalibration(contrasts, scaled, finding, view, said);
        return [raw, { ...key, scores: 'scaled' as const, ...row }];
      });
    }),
  );
}

function scaling(
  validation: readonly Dataset[],
  model: string,
  seed: number,
  finding: number,
): Float64Array | null {
  const pooled = pooledValidation(validation, model, seed, finding);
  if (pooled === null) return null;
  const { logits } = logitsOf(pooled.scores);
  return fitLogistic([new Float64Array(logits.length).fill(1), logits], pooled.labels);
}

type Row = Omit<CalibrationRow, 'dataset' | 'model' | 'seed' | 'finding' | 'view' | 'scores'>;

function cellCalibration(
  contrasts: Contrasts,
  logits: Float64Array,
  finding: string,
  view: CellView,
  said: readonly (string | null)[],
): Row {
  const code = contrasts.code(finding, view);
  const inCell = (_: number, i: number) => code[i] !== OUT;
  const labels = code.filter((c) => c !== OUT);
  const n = labels.length;
  const nothing = { intercept: null, slope: null, brier: null, ece: null, points: [] };
  if (n === 0) return { n, ...nothing, note: joinNotes(['no image with a known label', ...said]) };
  const found = calibrate(logits.filter(inCell), labels);
  const unfitted = found.slope === null ? 'no slope: one class only, or the score separates them' : null;
  return { n, ...found, note: joinNotes([unfitted, ...said]) };
}
