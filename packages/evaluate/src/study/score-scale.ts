import type { Study } from './study.ts';

/** What the numbers are that a model gives. */
export type ScoreScale = 'logits' | 'probabilities' | 'percent';

/** Keeps the logit of a probability of 0 or 1 finite. */
const LEAST = 1e-15;

const ENDS = { probabilities: 1, percent: 100 } as const;

type Scored = Pick<Study, 'datasets' | 'validation'>;

const scales = new WeakMap<Scored, Map<string, ScoreScale>>();

/**
 * The scale of a model's scores, looked at once for a study, by all of its scores for all findings in all data sets: one data set whose logits
 * happen to lie between 0 and 1 does not make them probabilities.
 */
export function scoreScale(study: Scored, model: string): ScoreScale {
  const known = scales.get(study) ?? new Map<string, ScoreScale>();
  scales.set(study, known);
  const scale = known.get(model) ?? scaleOf(study, model);
  known.set(model, scale);
  return scale;
}

function scaleOf({ datasets, validation }: Scored, model: string): ScoreScale {
  const units = [...datasets, ...validation].flatMap(({ units }) => units);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const scores of units.filter((unit) => unit.model === model).flatMap((unit) => unit.scores)) {
    for (let i = 0; scores !== null && i < scores.length; i++) {
      const score = scores[i] as number;
      if (score < least) least = score;
      if (score > most) most = score;
    }
  }
  if (least < 0) return 'logits';
  if (most <= ENDS.probabilities) return 'probabilities';
  return most <= ENDS.percent ? 'percent' : 'logits';
}

/** Scores as logits. */
export function logitsOf(scores: Float64Array, scale: ScoreScale): Float64Array {
  if (scale === 'logits') return scores;
  return scores.map((score) => {
    const p = Math.min(1 - LEAST, Math.max(LEAST, score / ENDS[scale]));
    return Math.log(p / (1 - p));
  });
}
