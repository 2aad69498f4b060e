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

/** Logits of images with their labels (1 or 0) and the number of each image's cluster, 0 to clusters - 1. */
export interface LabelledLogits {
  readonly logits: Float64Array;
  readonly labels: Uint8Array;
  readonly cluster: Int32Array;
  readonly clusters: number;
}

/**
 * Calibration of logits (Cox, Biometrika 1958; Brier, Monthly Weather Review 1950; intercept and slope as Van Calster
 * and others define them, BMC Medicine 2019). Influences are those of the estimating equations, so that errors are the
 * sandwich's, clustered.
 * @param slope where it is known, as for a line of logits whose slope was fitted: it takes half of the time
 */
export function calibrate(
  images: LabelledLogits,
  slope: Estimate | null = calibrationSlope(images),
): Calibration {
  const { logits, labels } = images;
  const shift = shiftInTheLarge(logits, labels);
  return {
    intercept: shift === null ? null : shiftEstimate(images, shift),
    slope,
    brier: brierScore(images),
  };
}

/** The slope of calibration alone; null where it has none. That of a + b x logits is this one over b. */
export function calibrationSlope(images: LabelledLogits): Estimate | null {
  const { logits, labels } = images;
  if (positivesOf(labels) === 0 || positivesOf(labels) === labels.length) return null;
  const beta = slopeFit(logits, labels);
  return beta === null ? null : slopeEstimate(images, beta);
}

function positivesOf(labels: Uint8Array): number {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i] as number;
  return positives;
}

function brierScore({ logits, labels, cluster, clusters }: LabelledLogits): Estimate {
  const n = logits.length;
  const squares = new Float64Array(n);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const error = expit(logits[i] as number) - (labels[i] as number);
    squares[i] = error * error;
    sum += squares[i] as number;
  }
  const value = sum / n;
  for (let i = 0; i < n; i++) squares[i] = ((squares[i] as number) - value) / n;
  return clusterEstimate(value, squares, cluster, clusters);
}

/** Root of "predicted minus observed positives", which rises with the shift: Newton's steps, kept between two bounds. */
function shiftInTheLarge(logits: Float64Array, labels: Uint8Array): number | null {
  const positives = positivesOf(labels);
  if (positives === 0 || positives === logits.length) return null;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < logits.length; i++) {
    least = Math.min(least, logits[i] as number);
    most = Math.max(most, logits[i] as number);
  }
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

function shiftEstimate({ logits, labels, cluster, clusters }: LabelledLogits, shift: number): Estimate {
  const influence = new Float64Array(logits.length);
  let information = 0;
  for (let i = 0; i < logits.length; i++) {
    const p = expit((logits[i] as number) + shift);
    information += p * (1 - p);
    influence[i] = (labels[i] as number) - p;
  }
  for (let i = 0; i < influence.length; i++) influence[i] = (influence[i] as number) / information;
  return clusterEstimate(shift, influence, cluster, clusters);
}

/** Newton's steps square their error: after one of this size nothing is left to gain. */
const CONVERGED = 1e-8;

type Line = readonly [intercept: number, slope: number];

function slopeFit(logits: Float64Array, labels: Uint8Array): Line | null {
  // Most scores are nearly calibrated, where few steps are left; from far away those from zero are the safer ones.
  const near = newtonFit(logits, labels, [0, 1]);
  if (near !== null) return near;
  const beta = fitLogistic([new Float64Array(logits.length).fill(1), logits], labels);
  return beta === null ? null : [beta[0] as number, beta[1] as number];
}

/** fitLogistic for two columns, of which one is 1, without its loops over columns; null where it goes astray. */
function newtonFit(logits: Float64Array, labels: Uint8Array, start: Line): Line | null {
  let [intercept, slope] = start;
  for (let step = 0; step < 10; step++) {
    let [g0, g1, ones, cross, squares] = [0, 0, 0, 0, 0];
    for (let i = 0; i < logits.length; i++) {
      const x = logits[i] as number;
      const p = expit(intercept + slope * x);
      const residual = (labels[i] as number) - p;
      const weight = p * (1 - p);
      g0 += residual;
      g1 += residual * x;
      ones += weight;
      cross += weight * x;
      squares += weight * x * x;
    }
    const determinant = ones * squares - cross * cross;
    if (!(determinant > 1e-12 * ones * squares)) return null;
    const change0 = (squares * g0 - cross * g1) / determinant;
    const change1 = (ones * g1 - cross * g0) / determinant;
    intercept += change0;
    slope += change1;
    if (!(Math.abs(intercept) <= 1e6 && Math.abs(slope) <= 1e6)) return null;
    if (Math.abs(change0) < CONVERGED && Math.abs(change1) < CONVERGED) return [intercept, slope];
  }
  return null;
}

/** The second coefficient's part of the inverse information times the score of each image. */
function slopeEstimate(
  { logits, labels, cluster, clusters }: LabelledLogits,
  [intercept, slope]: Line,
): Estimate {
  const residuals = new Float64Array(logits.length);
  let [ones, cross, squares] = [0, 0, 0];
  for (let i = 0; i < logits.length; i++) {
    const x = logits[i] as number;
    const p = expit(intercept + slope * x);
    const weight = p * (1 - p);
    ones += weight;
    cross += weight * x;
    squares += weight * x * x;
    residuals[i] = (labels[i] as number) - p;
  }
  const determinant = ones * squares - cross * cross;
  for (let i = 0; i < residuals.length; i++) {
    residuals[i] = ((residuals[i] as number) * (ones * (logits[i] as number) - cross)) / determinant;
  }
  return clusterEstimate(slope, residuals, cluster, clusters);
}
