import type { Dataset, Study } from './study.ts';

/** What the numbers are that a model gives. */
export type ScoreScale = 'logits' | 'probabilities' | 'percent';

/** Keeps the logit of a probability of 0 or 1 finite. */
const LEAST = 1e-15;

const ENDS = { probabilities: 1, percent: 100 } as const;

/**
 * The scale of a model's scores, by all of its scores for all findings in all data sets: one data set whose logits
 * happen to lie between 0 and 1 does not make them probabilities.
 */
export function scoreScale(
  { datasets, validation }: Pick<Study, 'datasets' | 'validation'>,
  model: string,
): ScoreScale {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const score of scoresOf([...datasets, ...validation], model)) {
    if (score < least) least = score;
    if (score > most) most = score;
  }
  if (least < 0) return 'logits';
  if (most <= ENDS.probabilities) return 'probabilities';
  return most <= ENDS.percent ? 'percent' : 'logits';
}

function* scoresOf(datasets: readonly Dataset[], model: string): Generator<number> {
  for (const { units } of datasets) {
    for (const unit of units) {
      if (unit.model === model) for (const scores of unit.scores) if (scores !== null) yield* scores;
    }
  }
}

/** Scores as logits. */
export function logitsOf(scores: Float64Array, scale: ScoreScale): Float64Array {
  if (scale === 'logits') return scores;
  return scores.map((score) => {
    const p = Math.min(1 - LEAST, Math.max(LEAST, score / ENDS[scale]));
    return Math.log(p / (1 - p));
  });
}
