import { type Calibration, calibrate, fitLogistic, OUT } from '@viewgap/stats';
import type { CellView } from '../study/label-counts.ts';
import { pooledValidation } from '../study/pooled-validation.ts';
import { logitsOf, type ScoreScale, scoreScale } from '../study/score-scale.ts';
import type { Study } from '../study/study.ts';
import type { Contrasts } from './estimates.ts';

/** Scores as logits, as the model gave them or after a logistic scaling that validation images chose. */
export interface CalibratedScores {
  readonly scores: 'raw' | 'scaled';
  readonly logits: Float64Array;
}

/** One model's and seed's scores of a finding as logits, with what a reader must know of them. */
export interface ScoredFinding {
  readonly seed: number;
  readonly finding: string;
  readonly each: readonly CalibratedScores[];
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
      const beta = scaling(study, scale, model, seed, f);
      const raw = { scores: 'raw' as const, logits };
      const notes = [READ_AS[scale], ...(beta === null ? [UNSCALED] : [])];
      if (beta === null) return [{ seed, finding, each: [raw], notes }];
      const scaled = logits.map((logit) => (beta[0] as number) + (beta[1] as number) * logit);
      return [{ seed, finding, each: [raw, { scores: 'scaled', logits: scaled }], notes }];
    }),
  );
}

const READ_AS: Readonly<Record<ScoreScale, string>> = {
  logits: 'scores were read as logits',
  probabilities: 'all scores of this model lie in 0 … 1 and were read as probabilities',
  percent: 'all scores of this model lie in 0 … 100 and were read as percent',
};
const UNSCALED = 'not scaled: no validation images of both classes';

function scaling(
  { validation }: Study,
  scale: ScoreScale,
  model: string,
  seed: number,
  finding: number,
): Float64Array | null {
  const pooled = pooledValidation(validation, model, seed, finding);
  if (pooled === null) return null;
  const logits = logitsOf(pooled.scores, scale);
  return fitLogistic([new Float64Array(logits.length).fill(1), logits], pooled.labels);
}

/** The logits of the images of a cell with a known label. */
export interface Cell {
  readonly logits: Float64Array;
  /** 1 or 0 */
  readonly labels: Uint8Array;
  /** number of each image's cluster */
  readonly cluster: Int32Array;
}

export function cellOf(contrasts: Contrasts, logits: Float64Array, finding: string, view: CellView): Cell {
  const code = contrasts.code(finding, view);
  const inCell = (_: number, i: number) => code[i] !== OUT;
  return {
    logits: logits.filter(inCell),
    labels: code.filter((c) => c !== OUT),
    cluster: contrasts.dataset.patient.filter(inCell),
  };
}

/** null where no image has a known label */
export function cellCalibration(contrasts: Contrasts, { logits, labels, cluster }: Cell): Calibration | null {
  if (labels.length === 0) return null;
  return calibrate(logits, labels, cluster, contrasts.dataset.patients);
}
