import { batchNorm } from '../kernels/batch-norm.ts';
import { conv2d } from '../kernels/conv2d.ts';
import { relu as rectify } from '../kernels/relu.ts';
import { upsampledConv2d, upsampledInference } from '../kernels/upsampled-conv2d.ts';
import { tf } from '../tf/tf.ts';
import { noteProducts } from './operations.ts';
import type { Parameters } from './parameters.ts';

/** A layer: [batch, height, width, channels] float32 in and out. */
export type Layer = (x: tf.Tensor4D, training: boolean) => tf.Tensor4D;

/** A part of a network: what it does, and the weights that it made. */
export interface Block {
  readonly layer: Layer;
  readonly weights: readonly tf.Variable[];
}

/** @param make makes the part's layer, whose weights go to `parameters` */
export function block(parameters: Parameters, make: () => Layer): Block {
  const before = new Set(parameters.own().values());
  const layer = make();
  return { layer, weights: [...parameters.own().values()].filter((weight) => !before.has(weight)) };
}

/** Share of the moving statistics that a step keeps; PyTorch counts the other share, and has 0.1. */
const MOMENTUM = 0.9;

/** PyTorch's, added to a variance. */
export const EPSILON = 1e-5;

export interface ConvolutionShape {
  /** Edge of the square kernel: odd. */
  readonly kernel: number;
  readonly from: number;
  readonly to: number;
  readonly stride?: number;
}

export interface NormOptions {
  readonly relu?: boolean;
  readonly epsilon?: number;
}

/**
 * Convolution without bias, padded alike on all sides so that the output is the input's size over the stride, rounded
 * up. Weight `<name>.weight`.
 */
export function convolution(
  parameters: Parameters,
  name: string,
  { kernel, from, to, stride = 1 }: ConvolutionShape,
): Layer {
  const weight = parameters.he<tf.Rank.R4>(`${name}.weight`, [kernel, kernel, from, to]);
  return (x, training) => {
    const y = conv2d(x, weight, { stride, padding: (kernel - 1) / 2 });
    noteProducts(y.size * kernel ** 2 * from, training);
    return y;
  };
}

/** Convolution with a bias, for an output that no batch normalisation follows. Weights `<name>.weight`, `<name>.bias`. */
export function biasedConvolution(
  parameters: Parameters,
  name: string,
  shape: ConvolutionShape,
  bias: number,
): Layer {
  const convolved = convolution(parameters, name, shape);
  const offset = parameters.constant(`${name}.bias`, shape.to, bias);
  return (x, training) => tf.add(convolved(x, training), offset);
}

/** Batch normalisation, then ReLU where asked for. Weights `<name>.weight`, .bias, .running_mean and .running_var. */
export function normalisation(
  parameters: Parameters,
  name: string,
  channels: number,
  { relu = false, epsilon = EPSILON }: NormOptions = {},
): Layer {
  const state = {
    gamma: parameters.constant(`${name}.weight`, channels, 1),
    beta: parameters.constant(`${name}.bias`, channels, 0),
    mean: parameters.constant(`${name}.running_mean`, channels, 0, false),
    variance: parameters.constant(`${name}.running_var`, channels, 1, false),
  };
  return (x, training) => {
    const y = batchNorm(x, state, training, { momentum: MOMENTUM, epsilon });
    return relu ? rectify(y) : y;
  };
}

/** Convolution without bias, batch normalisation, then ReLU where asked for. */
export function normalisedConvolution(
  parameters: Parameters,
  names: { readonly convolution: string; readonly norm: string },
  shape: ConvolutionShape,
  options: NormOptions = {},
): Layer {
  const convolved = convolution(parameters, names.convolution, shape);
  const normalised = normalisation(parameters, names.norm, shape.to, options);
  return (x, training) => normalised(convolved(x, training), training);
}

/**
 * Every pixel twice in both directions (nearest neighbour), a 3 x 3 convolution without bias, batch normalisation, then
 * ReLU where asked for.
 */
export function normalisedUpsampledConvolution(
  parameters: Parameters,
  names: { readonly convolution: string; readonly norm: string },
  { from, to }: Pick<ConvolutionShape, 'from' | 'to'>,
  options: NormOptions = {},
): Layer {
  const weight = parameters.he<tf.Rank.R4>(`${names.convolution}.weight`, [3, 3, from, to]);
  const normalised = normalisation(parameters, names.norm, to, options);
  return (x, training) => {
    // Statistics of a batch are of all its pixels; those that move with the training change each by itself.
    const y = training
      ? normalised(upsampledConv2d(x, weight), training)
      : upsampledInference(x, weight, (part) => normalised(part, training));
    // After upsampling by two, four of the nine pixels under a kernel differ.
    noteProducts(y.size * 4 * from, training);
    return y;
  };
}

/** Fully connected: [batch, from] to [batch, to]. Weights `<name>.weight` [from, to] and `<name>.bias`. */
export function dense(
  parameters: Parameters,
  name: string,
  from: number,
  to: number,
): (x: tf.Tensor2D) => tf.Tensor2D {
  const weight = parameters.he<tf.Rank.R2>(`${name}.weight`, [from, to]);
  const bias = parameters.constant(`${name}.bias`, to, 0);
  return (x) => {
    const y = tf.add<tf.Tensor2D>(tf.matMul(x, weight), bias);
    noteProducts(y.size * from, true);
    return y;
  };
}

/**
 * Greatest of 3 x 3 pixels at every second one, padded by one on all sides. x comes from a ReLU: the zeros of the padding
 * then count for as little as PyTorch's minus infinity.
 */
export function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const margin: [number, number] = [1, 1];
  return tf.maxPool(tf.pad(x, [[0, 0], margin, margin, [0, 0]]), 3, 2, 'valid');
}

/** Mean of 2 x 2 pixels at every second one; an odd last row or column is left out. */
export function averagePool(x: tf.Tensor4D): tf.Tensor4D {
  return tf.avgPool(x, 2, 2, 'valid');
}

/** Mean over the image: [batch, height, width, channels] to [batch, channels]. */
export function globalMean(x: tf.Tensor4D): tf.Tensor2D {
  return tf.mean<tf.Tensor2D>(x, [1, 2]);
}

export function addRelu(x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  return rectify(tf.add(x, y));
}

/** The channels of x, then those of y. */
export function concat(x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor4D {
  return tf.concat([x, y], 3);
}

/** A plane of ones behind the channels of x. */
export function withOnes(x: tf.Tensor4D): tf.Tensor4D {
  return concat(x, tf.onesLike(tf.slice(x, 0, [-1, -1, -1, 1])));
}

/** The first `height` rows and `width` columns. */
export function crop(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return x.shape[1] === height && x.shape[2] === width ? x : tf.slice(x, 0, [-1, height, width, -1]);
}
