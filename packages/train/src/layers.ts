import { type BatchNormState, batchNorm, tf } from '@viewgap/engine';
import type { Parameters } from './parameters.ts';

/** A layer: [batch, height, width, channels] float32 in and out. */
export type Layer = (x: tf.Tensor4D, training: boolean) => tf.Tensor4D;

/** Share of the moving statistics that a step keeps: low enough for trainings of some hundred steps. */
const MOMENTUM = 0.9;

/** Convolution without bias, `same` padding, then batch normalisation, then ReLU where asked for. */
export function convolution(
  parameters: Parameters,
  name: string,
  shape: { readonly kernel: number; readonly from: number; readonly to: number; readonly stride?: number },
  options: { readonly relu: boolean },
): Layer {
  const { kernel, from, to, stride = 1 } = shape;
  const weight = parameters.he(`${name}/weight`, [kernel, kernel, from, to]) as tf.Variable<tf.Rank.R4>;
  const norm: BatchNormState = {
    gamma: parameters.constant(`${name}/gamma`, [to], 1) as tf.Variable<tf.Rank.R1>,
    beta: parameters.constant(`${name}/beta`, [to], 0) as tf.Variable<tf.Rank.R1>,
    mean: parameters.constant(`${name}/mean`, [to], 0, false) as tf.Variable<tf.Rank.R1>,
    variance: parameters.constant(`${name}/variance`, [to], 1, false) as tf.Variable<tf.Rank.R1>,
  };
  return (x, training) => {
    const y = batchNorm(tf.conv2d(x, weight, stride, 'same'), norm, training, { momentum: MOMENTUM });
    return options.relu ? tf.relu(y) : y;
  };
}

/**
 * Every pixel twice in both directions (nearest neighbour). Made of concat and reshape alone, whose gradients
 * every engine has.
 */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const wide = tf.reshape(tf.concat([x, x], 3), [batch, height, 2 * width * channels]);
  return tf.reshape(tf.concat([wide, wide], 2), [batch, 2 * height, 2 * width, channels]);
}
