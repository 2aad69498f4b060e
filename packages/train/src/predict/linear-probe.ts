import { crossEntropy, expit } from '@viewgap/stats';

/** A linear classifier: its logit is `intercept + weights . features`. */
export interface LinearProbe {
  readonly weights: Float64Array;
  readonly intercept: number;
}

/** Embeddings, or whatever else is known of images, with what is to be told from them. */
export interface ProbeData {
  /** [images, features], row by row */
  readonly embeddings: Float32Array;
  readonly features: number;
  /** 1 where an image has it (is AP, say), else 0 */
  readonly labels: Uint8Array;
}

const NEWTON_STEPS = 100;
const HALVINGS = 40;
/** The largest derivative where the fit ends, over that where it began. */
const CONVERGED = 1e-10;

/**
 * Logistic regression of the labels on standardised embeddings, in doubles: minimises the summed cross-entropy plus half
 * the squared norm of the weights (scikit-learn's C = 1), the intercept free. Newton's method with conjugate gradients,
 * so that no matrix of features by features is made.
 * @returns null where all labels are the same
 */
export function fitLinearProbe(data: ProbeData): LinearProbe | null {
  const { features, labels } = data;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  if (positives === 0 || positives === labels.length) return null;
  const design = standardised(data);
  // The last coefficient is the intercept.
  let beta = new Float64Array(features + 1);
  let here = objective(design, labels, beta);
  const start = largest(here.gradient);
  for (let step = 0; step < NEWTON_STEPS && largest(here.gradient) > CONVERGED * start; step++) {
    const direction = newtonDirection(design, here);
    const next = lineSearch(design, labels, beta, direction, here);
    if (next === null) break;
    [beta, here] = next;
  }
  const weights = design.scale.map((scale, j) => (beta[j] as number) * scale);
  const shift = weights.reduce((sum, weight, j) => sum + weight * (design.mean[j] as number), 0);
  return { weights, intercept: (beta[features] as number) - shift };
}

/** The logit of one image. */
export function probeScore({ weights, intercept }: LinearProbe, embedding: Float32Array): number {
  return embedding.reduce((sum, value, j) => sum + value * (weights[j] as number), intercept);
}

/** Embeddings less their mean over their deviation; a feature that does not vary has no scale. */
interface Design extends ProbeData {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

function standardised(data: ProbeData): Design {
  const { embeddings, features, labels } = data;
  const images = labels.length;
  const mean = new Float64Array(features);
  const square = new Float64Array(features);
  embeddings.forEach((value, k) => {
    mean[k % features] = (mean[k % features] as number) + value / images;
  });
  embeddings.forEach((value, k) => {
    const j = k % features;
    square[j] = (square[j] as number) + (value - (mean[j] as number)) ** 2 / images;
  });
  return { ...data, mean, scale: square.map((variance) => (variance > 0 ? 1 / Math.sqrt(variance) : 0)) };
}

/** X b, where the last of b is the intercept. */
function times({ embeddings, features, labels, mean, scale }: Design, b: Float64Array): Float64Array {
  const weights = scale.map((s, j) => s * (b[j] as number));
  const shift = weights.reduce((sum, weight, j) => sum + weight * (mean[j] as number), 0);
  const product = new Float64Array(labels.length);
  for (let i = 0; i < product.length; i++) {
    let sum = (b[features] as number) - shift;
    for (let j = 0; j < features; j++)
      sum += (embeddings[i * features + j] as number) * (weights[j] as number);
    product[i] = sum;
  }
  return product;
}

/** Transposed X r. */
function transposedTimes({ embeddings, features, mean, scale }: Design, r: Float64Array): Float64Array {
  const sums = new Float64Array(features + 1);
  const total = r.reduce((sum, value) => sum + value, 0);
  for (let i = 0; i < r.length; i++) {
    const value = r[i] as number;
    for (let j = 0; j < features; j++) {
      sums[j] = (sums[j] as number) + (embeddings[i * features + j] as number) * value;
    }
  }
  scale.forEach((s, j) => {
    sums[j] = s * ((sums[j] as number) - (mean[j] as number) * total);
  });
  sums[features] = total;
  return sums;
}

interface Point {
  readonly value: number;
  readonly gradient: Float64Array;
  /** p (1 - p), one an image */
  readonly spread: Float64Array;
}

function objective(design: Design, labels: Uint8Array, beta: Float64Array): Point {
  const logits = times(design, beta);
  const { features } = design;
  let value = penalised(beta, features).reduce((sum, weight) => sum + weight * weight, 0) / 2;
  const residual = new Float64Array(logits.length);
  const spread = new Float64Array(logits.length);
  logits.forEach((logit, i) => {
    const p = expit(logit);
    value += crossEntropy(logit, labels[i] as number);
    residual[i] = p - (labels[i] as number);
    spread[i] = p * (1 - p);
  });
  return { value, gradient: plus(transposedTimes(design, residual), penalised(beta, features)), spread };
}

/** Solves H d = -gradient by conjugate gradients, the more exactly the nearer the end is. */
function newtonDirection(design: Design, { gradient, spread }: Point): Float64Array {
  const { features } = design;
  const curvature = (v: Float64Array) => {
    const product = times(design, v).map((value, i) => value * (spread[i] as number));
    return plus(transposedTimes(design, product), penalised(v, features));
  };
  const norm = Math.sqrt(dot(gradient, gradient));
  const tolerance = norm * Math.min(0.1, Math.sqrt(norm));
  const d = new Float64Array(gradient.length);
  let r = gradient.map((value) => -value);
  let p = r;
  for (let step = 0; step < 2 * gradient.length && Math.sqrt(dot(r, r)) > tolerance; step++) {
    const bent = curvature(p);
    const length = dot(r, r) / dot(p, bent);
    for (let j = 0; j < d.length; j++) d[j] = (d[j] as number) + length * (p[j] as number);
    const next = r.map((value, j) => value - length * (bent[j] as number));
    const share = dot(next, next) / dot(r, r);
    p = next.map((value, j) => value + share * (p[j] as number));
    r = next;
  }
  return d;
}

/** The longest of the halved steps that lowers the objective; null where none does: the end, to the last bit. */
function lineSearch(
  design: Design,
  labels: Uint8Array,
  beta: Float64Array,
  direction: Float64Array,
  here: Point,
): [Float64Array<ArrayBuffer>, Point] | null {
  const descent = dot(here.gradient, direction);
  let length = 1;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const next = beta.map((value, j) => value + length * (direction[j] as number));
    const there = objective(design, labels, next);
    if (there.value <= here.value + 1e-4 * length * descent) return [new Float64Array(next), there];
    length /= 2;
  }
  return null;
}

/** The coefficients without the intercept, which is not penalised. */
function penalised(beta: Float64Array, features: number): Float64Array {
  return beta.map((value, j) => (j < features ? value : 0));
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, j) => value + (b[j] as number));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, j) => sum + value * (b[j] as number), 0);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
