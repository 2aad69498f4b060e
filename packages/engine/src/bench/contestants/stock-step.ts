import { createRequire } from 'node:module';
import type { SymbolicTensor } from '@tensorflow/tfjs';
import { decoderWidths } from '../../models/decoder.ts';
import { RESNET50 } from '../../models/resnet.ts';
import type { tf } from '../../tf/tf.ts';
import type { BenchCase, BenchModel } from './bench-case.ts';
import { CLASSES, CNN_WIDTHS, LEARNING_RATE, loss, meanOfOutputs, type Outputs } from './network.ts';

// The package that has the layers; it shares its core, and so its backend, with ours.
const stock = createRequire(import.meta.url)('@tensorflow/tfjs') as typeof import('@tensorflow/tfjs');
const { layers } = stock;

export interface StockStep {
  /** How many numbers the model trains. */
  readonly weights: number;
  readonly run: () => Promise<number>;
}

/**
 * A step of a case as users of tfjs-node write it: a model of tf.layers, optimizer.minimize, and none of our kernels.
 * @param images [batch, size, size, 1]
 * @param labels [batch, 5]
 */
export function stockStep(
  { model, size, batch, inference }: BenchCase,
  images: tf.Tensor,
  labels: tf.Tensor,
): StockStep {
  const network = createNetwork(model, size);
  const optimizer = stock.train.adam(LEARNING_RATE);
  const infer = () =>
    stock.tidy(() => meanOfOutputs(asOutputs(network.predict(images, { batchSize: batch }))));
  const train = () =>
    optimizer.minimize(
      () => loss(asOutputs(network.apply(images, { training: true }) as tf.Tensor), images, labels),
      true,
    ) as tf.Scalar;
  return {
    weights: network.trainableWeights.reduce((sum, weight) => sum + weight.read().size, 0),
    run: () => numberOf(inference ? infer() : train()),
  };
}

async function numberOf(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value as number;
}

function asOutputs(outputs: tf.Tensor | tf.Tensor[]): Outputs {
  const [logits, reconstruction = null] = Array.isArray(outputs) ? outputs : [outputs];
  return { logits: logits as tf.Tensor, reconstruction };
}

function createNetwork(model: BenchModel, size: number) {
  const inputs = stock.input({ shape: [size, size, 1] });
  const features = model === 'cnn' ? cnn(inputs) : resnet50(inputs);
  const logits = apply(layers.dense({ units: CLASSES }), apply(layers.globalAveragePooling2d({}), features));
  const outputs = model === 'resnet50-decoder' ? [logits, decoder(features)] : logits;
  return stock.model({ inputs, outputs });
}

interface Layer {
  apply(x: SymbolicTensor | SymbolicTensor[]): unknown;
}

function apply(layer: Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  return layer.apply(x) as SymbolicTensor;
}

function relu(x: SymbolicTensor): SymbolicTensor {
  return apply(layers.activation({ activation: 'relu' }), x);
}

function convolution(x: SymbolicTensor, filters: number, kernelSize: number, strides = 1): SymbolicTensor {
  const layer = layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false });
  return apply(layers.batchNormalization(), apply(layer, x));
}

function cnn(inputs: SymbolicTensor): SymbolicTensor {
  return CNN_WIDTHS.reduce((x, width) => {
    const convolved = relu(convolution(relu(convolution(x, width, 3)), width, 3));
    return apply(layers.maxPooling2d({ poolSize: 2 }), convolved);
  }, inputs);
}

function resnet50(inputs: SymbolicTensor): SymbolicTensor {
  const stem = relu(convolution(inputs, 64, 7, 2));
  const pooled = apply(layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }), stem);
  return RESNET50.widths.reduce((x, width, stage) => {
    let y = x;
    for (let i = 0; i < (RESNET50.blocks[stage] as number); i += 1) {
      y = bottleneck(y, width, i === 0, stage > 0 && i === 0 ? 2 : 1);
    }
    return y;
  }, pooled);
}

function bottleneck(x: SymbolicTensor, width: number, isFirst: boolean, stride: number): SymbolicTensor {
  const inner = relu(convolution(relu(convolution(x, width, 1)), width, 3, stride));
  const shortcut = isFirst ? convolution(x, 4 * width, 1, stride) : x;
  return relu(apply(layers.add(), [convolution(inner, 4 * width, 1), shortcut]));
}

function decoder(features: SymbolicTensor): SymbolicTensor {
  const last = decoderWidths(features.shape[3] as number, 5).reduce((x, width) => {
    const wide = apply(layers.upSampling2d({ size: [2, 2] }), x);
    return relu(convolution(wide, width, 3));
  }, features);
  return apply(layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same' }), last);
}
