import type { EvaluateConfig } from '@viewgap/contracts';
import type { MetricsRow } from '@viewgap/contracts/metrics';
import { NEGATIVE, OUT, POSITIVE, type Ranking, rank, rankingOf } from '@viewgap/stats';
import { inNote } from '../study/note-name.ts';
import { pooledValidation } from '../study/pooled-validation.ts';
import type { Study } from '../study/study.ts';
import type { Contrasts } from './estimates.ts';

type OperatingPoint = MetricsRow<'operating_points'>;

/** The views whose images choose a threshold. */
export type ChoosingView = 'all' | 'PA';

/** The score from which the images of one model, seed and finding are called positive. */
export interface Threshold {
  readonly rule: OperatingPoint['threshold_rule'];
  readonly images: OperatingPoint['threshold_images'];
  readonly view: ChoosingView | null;
  readonly score: number;
  /** scores around it, from which densities there are estimated; only where its own error can be told */
  readonly around: readonly [low: number, high: number] | null;
}

/** Which threshold of a study is meant. */
export interface ThresholdOf {
  readonly model: string;
  readonly seed: number;
  readonly finding: string;
  readonly view: ChoosingView;
}

/**
 * The threshold that is given; if none is, the one that validation images choose; without those, the images of the data
 * set itself. A text says why there is none; null where PA images have none to choose.
 */
export function thresholdOf(
  study: Study,
  contrasts: Contrasts,
  config: Pick<EvaluateConfig, 'thresholdRule' | 'specificity' | 'thresholds'>,
  { model, seed, finding, view }: ThresholdOf,
): Threshold | string | null {
  const given = givenThreshold(config, model, finding);
  if (given !== undefined) {
    return view === 'PA' ? null : { rule: 'given', images: 'none', view: null, score: given, around: null };
  }
  const f = study.findings.indexOf(finding);
  const pooled = pooledValidation(study.validation, model, seed, f, view);
  const scores = pooled?.scores ?? contrasts.scores(model, seed, finding);
  if (scores === null) return `no scores of ${inNote(model)} seed ${seed} for ${inNote(finding)}`;
  if (pooled === null && hasValidation(study, model, seed, f)) return null;
  const ranked: Ranked = {
    scores,
    code: pooled?.labels ?? contrasts.code(finding, view),
    ranking: pooled === null ? rankingOf(scores) : rank(scores),
  };
  const isYouden = config.thresholdRule === 'youden';
  const score = isYouden ? youdenScore(ranked) : scoreAtSpecificity(ranked, config.specificity);
  if (score === null) return view === 'PA' ? null : `no threshold: ${NO_SCORE[config.thresholdRule]}`;
  return {
    rule: config.thresholdRule,
    images: pooled === null ? 'test' : 'validation',
    view,
    score,
    around: pooled === null && !isYouden ? negativesAround(ranked, score) : null,
  };
}

/** A model may be called `constructor`, which every object has. */
function givenThreshold(
  { thresholds }: Pick<EvaluateConfig, 'thresholds'>,
  model: string,
  finding: string,
): number | undefined {
  const own = Object.hasOwn(thresholds, model) ? thresholds[model] : undefined;
  return own !== undefined && Object.hasOwn(own, finding) ? own[finding] : undefined;
}

const NO_SCORE = {
  specificity: 'no score leaves enough of the images without the finding below it',
  youden: 'one class only',
} as const;

function hasValidation({ validation }: Study, model: string, seed: number, finding: number): boolean {
  return pooledValidation(validation, model, seed, finding) !== null;
}

/** Scores with their order; images that are OUT do not choose. */
interface Ranked {
  readonly scores: Float64Array;
  readonly code: Uint8Array;
  readonly ranking: Ranking;
}

function countOf(code: Uint8Array, label: number): number {
  let count = 0;
  for (const own of code) if (own === label) count++;
  return count;
}

/** Rounding of a product such as 0.9 x 30 must not ask for one image more. */
const ROUNDING = 1e-9;

/**
 * The least score of an image below which there is the given share of the images without the finding: among thresholds
 * that have this specificity the one of the largest sensitivity.
 */
export function scoreAtSpecificity(
  { scores, code, ranking: { order, tied } }: Ranked,
  specificity: number,
): number | null {
  const negatives = countOf(code, NEGATIVE);
  if (negatives === 0) return null;
  const needed = Math.ceil(specificity * negatives - ROUNDING);
  let [below, equal] = [0, 0];
  for (let k = 0; k < order.length; k++) {
    const i = order[k] as number;
    if (tied[k] === 0) [below, equal] = [below + equal, 0];
    if (code[i] === OUT) continue;
    if (below >= needed) return scores[i] as number;
    if (code[i] === NEGATIVE) equal++;
  }
  return null;
}

/** The score from which sensitivity plus specificity is largest (Youden, Cancer 1950); the higher of equal ones. */
export function youdenScore({ scores, code, ranking: { order, tied } }: Ranked): number | null {
  const [positives, negatives] = [countOf(code, POSITIVE), countOf(code, NEGATIVE)];
  if (positives === 0 || negatives === 0) return null;
  let [best, threshold, hits, alarms] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  // A run of equal scores ends, from above, at its first image; those that do not choose may lie in between.
  let open = false;
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k] as number;
    if (code[i] === POSITIVE) hits++;
    else if (code[i] === NEGATIVE) alarms++;
    if (code[i] !== OUT) open = true;
    if (tied[k] === 1 || !open) continue;
    open = false;
    const youden = hits / positives - alarms / negatives;
    if (youden > best + 1e-12) [best, threshold] = [youden, scores[i] as number];
  }
  return threshold;
}

/**
 * Scores between which lie as many images without the finding below the threshold as above: the shares of other images
 * between them, over theirs, tell the densities at the threshold. They are n^(4/5) in all at most, and half of those on
 * the shorter side: out to the end of that, where a positive is ever more likely, errors came out a fifth too large.
 */
function negativesAround(
  { scores, code, ranking: { order } }: Ranked,
  threshold: number,
): readonly [number, number] | null {
  let [negatives, below] = [0, 0];
  for (let i = 0; i < code.length; i++) {
    if (code[i] !== NEGATIVE) continue;
    negatives++;
    if ((scores[i] as number) < threshold) below++;
  }
  const fewer = Math.min(below, negatives - below);
  if (fewer === 0) return null;
  const half = Math.min(Math.ceil(negatives ** 0.8 / 2), Math.ceil(fewer / 2));
  let [low, high, seen] = [threshold, threshold, 0];
  for (const i of order) {
    if (code[i] !== NEGATIVE) continue;
    if (seen === below - half) low = scores[i] as number;
    if (seen === below + half - 1) high = scores[i] as number;
    seen++;
  }
  return [low, high];
}
