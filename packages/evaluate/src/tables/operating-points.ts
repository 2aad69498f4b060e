import { METRICS_TABLES, type MetricsRow } from '@viewgap/contracts/metrics';
import {
  clusterCount,
  clusteredError,
  type Estimate,
  logitInterval,
  OUT,
  POSITIVE,
  rank,
} from '@viewgap/stats';
import type { Contrasts } from '../contrasts/estimates.ts';
import { READING, type Reading } from '../contrasts/summary.ts';
import { tableOf } from '../contrasts/table.ts';
import { CELL_VIEWS, type CellView } from '../study/label-counts.ts';
import { pooledValidation, type Validation } from '../study/pooled-validation.ts';
import type { Dataset } from '../study/study.ts';

type OperatingPoint = MetricsRow<'operating_points'>;

export const table = tableOf(METRICS_TABLES.operating_points, ({ study, contrasts }) =>
  study.models.flatMap((model) => operatingPointRows(contrasts, model, study.validation, READING)),
);

type Measure = OperatingPoint['measure'];

/** Which images each measure is a share of, and of what: `called` is whether the score reaches the threshold. */
const MEASURES: Readonly<
  Record<
    Measure,
    { of: (p: boolean, called: boolean) => boolean; hit: (p: boolean, called: boolean) => boolean }
  >
> = {
  sensitivity: { of: (positive) => positive, hit: (_, called) => called },
  specificity: { of: (positive) => !positive, hit: (_, called) => !called },
  ppv: { of: (_, called) => called, hit: (positive) => positive },
  npv: { of: (_, called) => !called, hit: (positive) => !positive },
};

/** The score from which sensitivity plus specificity is largest (Youden, Cancer 1950); the higher of equal ones. */
function youdenThreshold({ scores, labels }: Validation): number {
  const { order, tied } = rank(scores);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  let [best, threshold, hits, alarms] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k] as number;
    if (labels[i] === 1) hits++;
    else alarms++;
    if (tied[k] === 1) continue;
    const youden = hits / positives - alarms / negatives;
    if (youden > best + 1e-12) [best, threshold] = [youden, scores[i] as number];
  }
  return threshold;
}

/** Operating points of one model per seed, finding and view, at one threshold for all views; none without validation. */
function operatingPointRows(
  contrasts: Contrasts,
  model: string,
  validation: readonly Dataset[],
  reading: Reading,
): OperatingPoint[] {
  return contrasts.seeds(model).flatMap((seed) =>
    contrasts.findings.flatMap((finding, f) => {
      const pooled = pooledValidation(validation, model, seed, f);
      const scores = contrasts.scores(model, seed, finding);
      if (pooled === null || scores === null) return [];
      const threshold = youdenThreshold(pooled);
      return CELL_VIEWS.flatMap((view) =>
        (Object.keys(MEASURES) as Measure[]).map((measure): OperatingPoint => {
          const key = { dataset: contrasts.dataset.name, model, seed, finding, view, measure, threshold };
          return { ...key, ...shareOf(contrasts, scores, finding, view, measure, threshold, reading.level) };
        }),
      );
    }),
  );
}

function shareOf(
  contrasts: Contrasts,
  scores: Float64Array,
  finding: string,
  view: CellView,
  measure: Measure,
  threshold: number,
  level: number,
): Pick<OperatingPoint, 'value' | 'se' | 'ci' | 'note'> {
  const { patient, patients } = contrasts.dataset;
  const { of, hit } = MEASURES[measure];
  const share = clusteredShare(patient, patients, contrasts.code(finding, view), (code, i) => {
    const [positive, called] = [code === POSITIVE, (scores[i] as number) >= threshold];
    return of(positive, called) ? hit(positive, called) : null;
  });
  if (share === null) return { value: null, se: null, ci: null, note: 'no image to take a share of' };
  const se = clusteredError(share);
  const ci = se === null ? null : logitInterval(share.value, se, level, clusterCount(share) - 1);
  return {
    value: share.value,
    se,
    ci,
    note: ci === null ? 'exactly 0 or 1, or one patient: no interval' : null,
  };
}

/** A share of images with its influence per patient, (hit - share) / images: the threshold is taken as given. */
function clusteredShare(
  patient: Int32Array,
  patients: number,
  code: Uint8Array,
  hitOf: (code: number, image: number) => boolean | null,
): Estimate | null {
  const images = new Int32Array(patients);
  const hits = new Int32Array(patients);
  let [n, total] = [0, 0];
  for (let i = 0; i < code.length; i++) {
    const hit = code[i] === OUT ? null : hitOf(code[i] as number, i);
    if (hit === null) continue;
    const g = patient[i] as number;
    images[g] = (images[g] as number) + 1;
    n++;
    if (!hit) continue;
    hits[g] = (hits[g] as number) + 1;
    total++;
  }
  if (n === 0) return null;
  const value = total / n;
  return {
    value,
    influence: Float64Array.from(images, (own, g) => ((hits[g] as number) - own * value) / n),
    members: Uint8Array.from(images, (own) => (own > 0 ? 1 : 0)),
  };
}
