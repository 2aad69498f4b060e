import {
  type Calibration,
  calibrate,
  calibrationSlope,
  type Estimate,
  fitLogistic,
  type LabelledLogits,
  OUT,
  type Ranking,
  rank,
} from '@viewgap/stats';
import type { CellView } from '../study/label-counts.ts';
import { pooledValidation } from '../study/pooled-validation.ts';
import { logitsOf, type ScoreScale, scoreScale } from '../study/score-scale.ts';
import type { Study } from '../study/study.ts';
import type { Contrasts } from './estimates.ts';
import { type Points, reliability } from './reliability.ts';

/** One model's and seed's scores of a finding as logits, with what a reader must know of them. */
export interface ScoredFinding {
  readonly seed: number;
  readonly finding: string;
  /** one an image, NaN where it is not scored */
  readonly logits: Float64Array;
  /** intercept and slope of the logistic scaling that validation images chose; null where there were none */
  readonly scaling: readonly [intercept: number, slope: number] | null;
  readonly notes: readonly string[];
}

/** Every seed and finding that a model scores in a data set. */
export function scoredFindings(study: Study, contrasts: Contrasts, model: string): ScoredFinding[] {
  const scale = scoreScale(study, model);
  return contrasts.seeds(model).flatMap((seed) =>
    contrasts.findings.flatMap((finding, f): ScoredFinding[] => {
      const scores = contrasts.scores(model, seed, finding);
      if (scores === null) return [];
      const logits = logitsOf(scores, scale);
      const scaling = scalingOf(study, scale, model, seed, f);
      const notes = [READ_AS[scale], ...(scaling === null ? [UNSCALED] : [])];
      return [{ seed, finding, logits, scaling, notes }];
    }),
  );
}

const READ_AS: Readonly<Record<ScoreScale, string>> = {
  logits: 'scores were read as logits',
  probabilities: 'all scores of this model lie in 0 … 1 and were read as probabilities',
  percent: 'all scores of this model lie in 0 … 100 and were read as percent',
};
const UNSCALED = 'not scaled: no validation images of both classes';

function scalingOf(
  { validation }: Study,
  scale: ScoreScale,
  model: string,
  seed: number,
  finding: number,
): readonly [number, number] | null {
  const pooled = pooledValidation(validation, model, seed, finding);
  if (pooled === null) return null;
  const logits = logitsOf(pooled.scores, scale);
  const beta = fitLogistic([new Float64Array(logits.length).fill(1), logits], pooled.labels);
  return beta && [beta[0] as number, beta[1] as number];
}

/** The images of a view that have a known label, with their logits as the model gave them. */
export function labelledLogits(
  contrasts: Contrasts,
  logits: Float64Array,
  finding: string,
  view: CellView,
): LabelledLogits {
  const { patient, patients } = contrasts.dataset;
  const code = contrasts.code(finding, view);
  let n = 0;
  for (let i = 0; i < code.length; i++) if (code[i] !== OUT) n++;
  const images = {
    logits: new Float64Array(n),
    labels: new Uint8Array(n),
    cluster: new Int32Array(n),
    clusters: patients,
  };
  for (let i = 0, k = 0; i < code.length; i++) {
    if (code[i] === OUT) continue;
    images.logits[k] = logits[i] as number;
    images.labels[k] = code[i] as number;
    images.cluster[k++] = patient[i] as number;
  }
  return images;
}

/** The calibration of a view's images, with the bins of a reliability curve. */
export interface ViewCalibration {
  /** null where no image has a known label */
  readonly found: Calibration | null;
  readonly points: Points;
}

/** As the model gave the scores, and after the scaling where there is one. */
export function calibrationsOf(
  raw: LabelledLogits,
  scaling: ScoredFinding['scaling'],
): readonly ViewCalibration[] {
  const [ranking, slope] = [rank(raw.logits), calibrationSlope(raw)];
  const given = calibrationOf(raw, ranking, slope);
  if (scaling === null) return [given];
  const [a, b] = scaling;
  const scaled = { ...raw, logits: raw.logits.map((logit) => a + b * logit) };
  // Only a line that rises keeps the order of the scores.
  return [
    given,
    b > 0 ? calibrationOf(scaled, ranking, slope && scaledBy(slope, 1 / b)) : calibrationOf(scaled),
  ];
}

function calibrationOf(
  images: LabelledLogits,
  ranking: Ranking = rank(images.logits),
  slope: Estimate | null = calibrationSlope(images),
): ViewCalibration {
  return {
    found: images.logits.length === 0 ? null : calibrate(images, slope),
    points: reliability(images, ranking),
  };
}

function scaledBy({ value, influence, members }: Estimate, factor: number): Estimate {
  return { value: value * factor, influence: influence.map((one) => one * factor), members };
}
