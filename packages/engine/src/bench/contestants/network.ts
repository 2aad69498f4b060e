import { applyAdam } from '../../capture/record/adam.ts';
import type { InputSpec } from '../../capture/record/step.ts';
import { dense, globalMean, normalisedConvolution } from '../../layers/layers.ts';
import { Parameters } from '../../layers/parameters.ts';
import { createDecoder } from '../../models/decoder.ts';
import { createEncoder } from '../../models/encoder.ts';
import { tf } from '../../tf/tf.ts';
import type { BenchCase, BenchModel } from './bench-case.ts';

export const CLASSES = 5;
export const CNN_WIDTHS = [16, 32, 64, 128] as const;
export const LEARNING_RATE = 1e-3;

/** A step of a case on the engine's own models, with what a capture of it is told. */
export interface NetworkStep {
  readonly step: (...inputs: tf.Tensor[]) => tf.Tensor;
  readonly inputs: readonly InputSpec[];
  readonly variables: Readonly<Record<string, tf.Variable>>;
}

/** Inputs: images [batch, size, size, 1] and, in training, labels [batch, 5], float32. */
export function networkStep({ model, size, batch, inference }: BenchCase): NetworkStep {
  const parameters = new Parameters(0);
  const network = createNetwork(parameters, model, size);
  const images = { shape: [batch, size, size, 1] };
  const labels = { shape: [batch, CLASSES] };
  const variables = Object.fromEntries(parameters.all());
  if (inference) {
    const step = (x: tf.Tensor | undefined) => meanOfOutputs(network(x as tf.Tensor4D, false));
    return { step, inputs: [images], variables };
  }
  const step = (x: tf.Tensor | undefined, y: tf.Tensor | undefined) => {
    const { value, grads } = tf.variableGrads(
      () => loss(network(x as tf.Tensor4D, true), x as tf.Tensor4D, y as tf.Tensor2D),
      parameters.trainable(),
    );
    applyAdam(grads, LEARNING_RATE);
    return value;
  };
  return { step, inputs: [images, labels], variables };
}

/** What a model puts out. */
export interface Outputs {
  /** [batch, 5] */
  readonly logits: tf.Tensor;
  /** [batch, size, size, 1]; null without a decoder */
  readonly reconstruction: tf.Tensor | null;
}

/** Cross-entropy of the labels and, with a decoder, the mean absolute difference of the images. */
export function loss({ logits, reconstruction }: Outputs, images: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  const classification = tf.losses.sigmoidCrossEntropy(labels, logits) as tf.Scalar;
  if (reconstruction === null) return classification;
  return tf.add(classification, tf.mean(tf.abs(tf.sub(reconstruction, images))));
}

/** A number that needs all outputs. */
export function meanOfOutputs({ logits, reconstruction }: Outputs): tf.Scalar {
  const mean = tf.mean<tf.Scalar>(logits);
  return reconstruction === null ? mean : tf.add(mean, tf.mean<tf.Scalar>(reconstruction));
}

type Network = (images: tf.Tensor4D, training: boolean) => Outputs;

function createNetwork(parameters: Parameters, model: BenchModel, size: number): Network {
  if (model === 'cnn') return createCnn(parameters);
  const encoder = createEncoder('resnet50', parameters);
  const head = dense(parameters.scope('head'), 'logits', encoder.features, CLASSES);
  const decoder = model === 'resnet50-decoder' ? createDecoder(parameters, encoder, size) : null;
  return (images, training) => {
    const features = encoder.apply(images, training);
    return {
      logits: head(globalMean(features)),
      reconstruction: decoder?.apply(features, training) ?? null,
    };
  };
}

function createCnn(parameters: Parameters): Network {
  let from = 1;
  const blocks = CNN_WIDTHS.map((to, block) =>
    [1, 2].map((n) => {
      const names = { convolution: `block${block}.conv${n}`, norm: `block${block}.norm${n}` };
      const layer = normalisedConvolution(parameters, names, { kernel: 3, from, to }, { relu: true });
      from = to;
      return layer;
    }),
  );
  const head = dense(parameters, 'head', from, CLASSES);
  return (images, training) => {
    const features = blocks.reduce((x, layers) => {
      const convolved = layers.reduce((y, layer) => layer(y, training), x);
      return tf.maxPool(convolved, 2, 2, 'same');
    }, images);
    return { logits: head(globalMean(features)), reconstruction: null };
  };
}
