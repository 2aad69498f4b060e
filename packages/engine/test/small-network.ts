import { capture } from '../src/capture/capture.ts';
import { applyAdam } from '../src/capture/record/adam.ts';
import type { Captured, CaptureOptions, InputSpec } from '../src/capture/record/step.ts';
import { type BatchNormState, batchNorm } from '../src/kernels/batch-norm.ts';
import { conv2d } from '../src/kernels/conv2d.ts';
import { relu } from '../src/kernels/relu.ts';
import { Parameters } from '../src/layers/parameters.ts';
import { tf } from '../src/tf/tf.ts';
import { hashedUniform } from './hashed-weights.ts';

const EDGE = 16;
const CLASSES = 3;

/** A convolutional network on [batch, 16, 16, 1] bytes: every kind of layer that the larger ones train with. */
export class SmallNetwork {
  readonly #parameters: Parameters;
  readonly #first: tf.Variable<tf.Rank.R4>;
  readonly #second: tf.Variable<tf.Rank.R4>;
  readonly #head: tf.Variable<tf.Rank.R2>;
  readonly #bias: tf.Variable<tf.Rank.R1>;
  readonly #norms: readonly BatchNormState[];

  constructor(seed = 1) {
    this.#parameters = new Parameters(seed);
    this.#first = this.#parameters.he<tf.Rank.R4>('first', [3, 3, 1, 8]);
    this.#second = this.#parameters.he<tf.Rank.R4>('second', [3, 3, 8, 16]);
    this.#head = this.#parameters.he<tf.Rank.R2>('head', [16, CLASSES]);
    this.#bias = this.#parameters.constant('bias', CLASSES, 0);
    this.#norms = [this.#norm('norm1', 8), this.#norm('norm2', 16)];
  }

  /** All variables by name, for a capture. */
  get variables(): Record<string, tf.Variable> {
    return Object.fromEntries(this.#parameters.all());
  }

  /** @param images [batch, 16, 16, 1], 0 … 255 */
  logits(images: tf.Tensor, training: boolean): tf.Tensor2D {
    const [norm1, norm2] = this.#norms as [BatchNormState, BatchNormState];
    const x = tf.sub(tf.div(images as tf.Tensor4D, 128), 1) as tf.Tensor4D;
    const a = relu(batchNorm(conv2d(x, this.#first), norm1, training));
    const pooled = tf.maxPool(a, 2, 2, 'same');
    const b = relu(batchNorm(conv2d(pooled, this.#second, { stride: 2, padding: 1 }), norm2, training));
    const features = tf.mean<tf.Tensor2D>(b, [1, 2]);
    return tf.add(tf.matMul(features, this.#head), this.#bias);
  }

  /** The loss of a batch, and its gradients. */
  gradients(images: tf.Tensor, labels: tf.Tensor): { value: tf.Scalar; grads: tf.NamedTensorMap } {
    return tf.variableGrads(
      () => tf.losses.sigmoidCrossEntropy(labels, this.logits(images, true)) as tf.Scalar,
      this.#parameters.trainable(),
    );
  }

  dispose(): void {
    this.#parameters.dispose();
  }

  #norm(name: string, channels: number): BatchNormState {
    const constant = (kind: string, value: number, trainable: boolean) =>
      this.#parameters.constant(`${name}/${kind}`, channels, value, trainable);
    return {
      gamma: constant('gamma', 1, true),
      beta: constant('beta', 0, true),
      mean: constant('mean', 0, false),
      variance: constant('variance', 1, false),
    };
  }
}

/** Images, labels and perhaps more, as a step takes them. */
export function smallInputs(batch: number): InputSpec[] {
  return [{ shape: [batch, EDGE, EDGE, 1], dtype: 'uint8' }, { shape: [batch, CLASSES] }];
}

/** The index'th batch of noise in which a label of 1 brightens rows of its own. */
export function smallBatch(batch: number, index: number): [Uint8Array, Float32Array] {
  const labels = Float32Array.from(hashedUniform(`labels ${index}`, batch * CLASSES), Math.round);
  const noise = hashedUniform(`images ${index}`, batch * EDGE * EDGE);
  const images = Uint8Array.from(noise, (u, pixel) => {
    const row = Math.floor(pixel / EDGE) % EDGE;
    const label = labels[Math.floor(pixel / EDGE ** 2) * CLASSES + Math.floor(row / 5.5)] as number;
    return 200 * u + 50 * label;
  });
  return [images, labels];
}

/** The small network with its training step, captured. */
export function captureTraining(
  seed = 1,
  options: Pick<CaptureOptions, 'precision'> & { readonly batch?: number } = {},
): { network: SmallNetwork; step: Captured<tf.Tensor> } {
  const { batch = 8, ...rest } = options;
  const network = new SmallNetwork(seed);
  const step = capture(
    (images, labels) => {
      const { value, grads } = network.gradients(images as tf.Tensor, labels as tf.Tensor);
      applyAdam(grads, 3e-3);
      return value as tf.Tensor;
    },
    { inputs: smallInputs(batch), variables: network.variables, ...rest },
  );
  return { network, step };
}
