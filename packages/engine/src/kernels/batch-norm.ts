import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import { tf } from '../tf/tf.ts';

/** What a batch normalisation layer holds, each [channels]. */
export interface BatchNormState {
  /** Scale, trained. */
  readonly gamma: tf.Tensor1D;
  /** Offset, trained. */
  readonly beta: tf.Tensor1D;
  /** Moving mean; not trainable. */
  readonly mean: tf.Variable<tf.Rank.R1>;
  /** Moving variance; not trainable. */
  readonly variance: tf.Variable<tf.Rank.R1>;
}

export interface BatchNormOptions {
  /** Share of the old moving statistics that a training step keeps. */
  readonly momentum?: number;
  readonly epsilon?: number;
}

/**
 * Batch normalisation over all but the last axis (Ioffe and Szegedy, 2015), with gradients for x, gamma and beta.
 * In training it normalises with the batch's statistics and moves the moving ones (with the unbiased variance, as
 * TensorFlow's fused kernel does); otherwise it normalises with the moving ones and changes nothing.
 *
 * @param x [batch, height, width, channels], float32
 * @returns the same shape
 */
export function batchNorm(
  x: tf.Tensor4D,
  state: BatchNormState,
  training: boolean,
  { momentum = 0.99, epsilon = 1e-3 }: BatchNormOptions = {},
): tf.Tensor4D {
  const { gamma, beta, mean, variance } = state;
  if (!training) return tf.batchNorm<tf.Rank.R4>(x, mean, variance, beta, gamma, epsilon);
  const normalise = tf.getBackend() === 'tensorflow' ? fused : composed;
  const op = tf.customGrad((...args) => {
    const [input, scale, offset, save] = args as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, Save];
    const batch = normalise(input, scale, offset, { mean, variance }, { momentum, epsilon });
    mean.assign(batch.mean);
    variance.assign(batch.variance);
    save([...batch.saved]);
    return {
      value: batch.y as tf.Tensor,
      gradFunc: (dy, saved) => batch.gradients(dy as tf.Tensor4D, saved),
    };
  });
  return op(x, gamma, beta) as tf.Tensor4D;
}

type Save = (tensors: tf.Tensor[]) => void;

/** A normalised batch and what its gradients need. */
interface Normalised {
  readonly y: tf.Tensor4D;
  /** The moving statistics after it; the variance that moves them is unbiased: divided by one less than the values. */
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly saved: readonly tf.Tensor[];
  /** From the gradient of y and what was saved, the gradients of x, gamma and beta. */
  readonly gradients: (dy: tf.Tensor4D, saved: tf.Tensor[]) => tf.Tensor[];
}

type Moving = Pick<BatchNormState, 'mean' | 'variance'>;

function move(moving: tf.Tensor1D, batch: tf.Tensor1D, momentum: number): tf.Tensor1D {
  return tf.add(tf.mul(moving, momentum), tf.mul(batch, 1 - momentum));
}

/** TensorFlow's own kernel: twice as fast a training step as with stock tfjs-node's operations. */
function fused(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  moving: Moving,
  { momentum, epsilon }: Required<BatchNormOptions>,
): Normalised {
  const backend = tf.backend() as NodeJSKernelBackend;
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL, TF_FLOAT } = backend.binding;
  const attrs = [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'U', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'epsilon', type: TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
  const averaging = { name: 'exponential_avg_factor', type: TF_ATTR_FLOAT, value: 1 - momentum };
  const outputs = backend.executeMultipleOutputs(
    'FusedBatchNormV3',
    [...attrs, averaging],
    [x, gamma, beta, moving.mean, moving.variance],
    6,
  );
  const [y, mean, variance, ...reserved] = outputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, ...tf.Tensor[]];
  return {
    y,
    mean,
    variance,
    saved: [x, gamma, ...reserved],
    gradients: (dy, saved) =>
      backend.executeMultipleOutputs('FusedBatchNormGradV3', attrs, [dy, ...saved], 5).slice(0, 3),
  };
}

/** The same in plain operations on [values, channels]; the gradient is section 3 of the paper, multiplied out. */
function composed(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  moving: Moving,
  { momentum, epsilon }: Required<BatchNormOptions>,
): Normalised {
  const channels = x.shape[3];
  const count = x.size / channels;
  const rows: [number, number] = [count, channels];
  const mean = tf.mean<tf.Tensor1D>(tf.reshape(x, rows), 0);
  const centred = tf.sub(tf.reshape(x, rows), mean);
  const biased = tf.mean<tf.Tensor1D>(tf.square(centred), 0);
  const inverse = tf.rsqrt(tf.add(biased, epsilon));
  const unit = tf.mul(centred, inverse);
  return {
    y: tf.reshape(tf.add(tf.mul(unit, gamma), beta), x.shape),
    mean: move(moving.mean, mean, momentum),
    variance: move(moving.variance, tf.mul(biased, count / Math.max(count - 1, 1)), momentum),
    saved: [unit, tf.mul(inverse, gamma)],
    gradients: (dy, saved) => {
      const [unit, slope] = saved as [tf.Tensor2D, tf.Tensor1D];
      const grad = tf.reshape(dy, rows);
      const dBeta = tf.sum(grad, 0);
      const dGamma = tf.sum(tf.mul(grad, unit), 0);
      const shared = tf.div(tf.add(dBeta, tf.mul(unit, dGamma)), count);
      return [tf.reshape(tf.mul(slope, tf.sub(grad, shared)), x.shape), dGamma, dBeta];
    },
  };
}
