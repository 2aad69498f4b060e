import { clusterEstimate, type Estimate } from './clustered-estimate.ts';
import { fitLogistic } from './logistic.ts';
import { expit } from './logit.ts';

/** How well probabilities agree with what happened, each number with its influence per cluster. */
export interface Calibration {
  /**
   * Calibration in the large: the shift of all logits after which as many positives are predicted as there are, with the
   * slope held at 1; above 0 the probabilities are too low. null where there is one class only.
   */
  readonly intercept: Estimate | null;
  /** slope of the logistic regression of the label on the logit; null where one class only, or a line separates the classes */
  readonly slope: Estimate | null;
  /** mean squared error of the probability */
  readonly brier: Estimate;
}

/**
 * Calibration of logits (Cox, Biometrika 1958; Brier, Monthly Weather Review 1950; intercept and slope as Van Calster
 * and others define them, BMC Medicine 2019). Influences are those of the estimating equations, so that errors are the
 * sandwich's, clustered.
 * @param labels 1 or 0, one a logit
 * @param cluster number of each logit's cluster, 0 to clusters - 1
 */
export function calibrate(
  logits: Float64Array,
  labels: ArrayLike<number>,
  cluster: ArrayLike<number>,
  clusters: number,
): Calibration {
  const clustered = (value: number, influence: Float64Array) =>
    clusterEstimate(value, influence, cluster, clusters);
  const shift = shiftInTheLarge(logits, labels);
  const beta = shift === null ? null : slopeFit(logits, labels);
  const squares = logits.map((logit, i) => (expit(logit) - (labels[i] as number)) ** 2);
  const brier = squares.reduce((sum, square) => sum + square, 0) / logits.length;
  return {
    intercept: shift === null ? null : clustered(shift, shiftInfluence(logits, labels, shift)),
    slope: beta === null ? null : clustered(beta[1], slopeInfluence(logits, labels, beta)),
    brier: clustered(
      brier,
      squares.map((square) => (square - brier) / logits.length),
    ),
  };
}

/** Root of "predicted minus observed positives", which rises with the shift: Newton's steps, kept between two bounds. */
function shiftInTheLarge(logits: Float64Array, labels: ArrayLike<number>): number | null {
  let [positives, least, most] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < logits.length; i++) {
    positives += labels[i] as number;
    least = Math.min(least, logits[i] as number);
    most = Math.max(most, logits[i] as number);
  }
  if (positives === 0 || positives === logits.length) return null;
  let [low, high, shift] = [-most - FAR, FAR - least, 0];
  for (let step = 0; step < STEPS; step++) {
    let [excess, slope] = [-positives, 0];
    for (let i = 0; i < logits.length; i++) {
      const p = expit((logits[i] as number) + shift);
      excess += p;
      slope += p * (1 - p);
    }
    if (excess > 0) high = shift;
    else low = shift;
    const newton = shift - excess / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - shift) <= 1e-12 * Math.max(1, Math.abs(shift))) return next;
    shift = next;
  }
  return shift;
}

/** Beyond it a probability is 0 or 1 to the last bit. */
const FAR = 50;
const STEPS = 200;

function slopeFit(
  logits: Float64Array,
  labels: ArrayLike<number>,
): [intercept: number, slope: number] | null {
  const columns = [new Float64Array(logits.length).fill(1), logits];
  // Most scores are nearly calibrated, where few steps are left; from far away those from zero are the safer ones.
  const beta = fitLogistic(columns, labels, [0, 1]) ?? fitLogistic(columns, labels);
  return beta === null ? null : [beta[0] as number, beta[1] as number];
}

function shiftInfluence(logits: Float64Array, labels: ArrayLike<number>, shift: number): Float64Array {
  const predicted = logits.map((logit) => expit(logit + shift));
  const information = predicted.reduce((sum, p) => sum + p * (1 - p), 0);
  return predicted.map((p, i) => ((labels[i] as number) - p) / information);
}

/** The second coefficient's part of the inverse information times the score of each image. */
function slopeInfluence(
  logits: Float64Array,
  labels: ArrayLike<number>,
  [intercept, slope]: readonly [number, number],
): Float64Array {
  const predicted = logits.map((logit) => expit(intercept + slope * logit));
  let [ones, cross, squares] = [0, 0, 0];
  predicted.forEach((p, i) => {
    const [weight, x] = [p * (1 - p), logits[i] as number];
    ones += weight;
    cross += weight * x;
    squares += weight * x * x;
  });
  const determinant = ones * squares - cross * cross;
  return predicted.map((p, i) => {
    const residual = (labels[i] as number) - p;
    return (residual * (ones * (logits[i] as number) - cross)) / determinant;
  });
}
