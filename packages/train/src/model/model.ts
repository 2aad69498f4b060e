import { FINDINGS, type ModelConfig, type TrainConfig, UserError } from '@viewgap/contracts';
import {
  createDecoder,
  createEncoder,
  dense,
  type Encoder,
  globalMean,
  loadTorchWeights,
  type Normalisation,
  Parameters,
  tf,
} from '@viewgap/engine';
import type { GreysOf } from '../batches/intensity.ts';
import { withoutGradient } from './gradients.ts';

/** The outputs of a model for a batch. */
export interface Outputs {
  /** the encoder's last map, [batch, edge, edge, features] */
  readonly encoded: tf.Tensor4D;
  /** its mean over positions, which the head sees: [batch, features] */
  readonly embedding: tf.Tensor2D;
  /** [batch, 5], in the order of FINDINGS */
  readonly logits: tf.Tensor2D;
  /** [batch, edge, edge, 1], edge being the decoder's share of the images'; null for a model without a decoder */
  readonly reconstruction: tf.Tensor4D | null;
}

/** Model 1 (encoder and classification head) or Model 2 (the same and a decoder on the shared encoder). */
export interface Model {
  readonly parameters: Parameters;
  readonly encoder: Encoder;
  /** its parameters by their names in captured steps */
  readonly variables: Readonly<Record<string, tf.Variable>>;
  /** what a training changes by gradients: all trainable parameters but those of frozen blocks */
  trainable(): tf.Variable[];
  /**
   * @param images float32 grey [batch, size, size, 1], 0 … 1
   * @param reconstruct false: leave the decoder out, for scores alone
   * @param greys mean and deviation of each image's source, [batch, 2]; needed where images are normalised by source
   */
  apply(images: tf.Tensor4D, training: boolean, reconstruct?: boolean, greys?: tf.Tensor2D): Outputs;
  /** The head alone. @param encoded as Outputs has it @returns logits [batch, 5] */
  classify(encoded: tf.Tensor4D): tf.Tensor2D;
}

/** A model and what its images are like. */
export interface Network {
  readonly model: Model;
  /** edge of the images, pixels */
  readonly size: number;
  readonly greysOf: GreysOf;
}

/** Grey of 0 … 1 to about zero mean and unit variance; of chest radiographs in general, not of this sample. */
export const GREY = { mean: [0.5], deviation: [0.25] } as const satisfies Normalisation;

/**
 * @param size edge of the images, pixels
 * @param seed of the initial weights: the encoder's and the head's depend on it and on nothing else
 * @param prefix of its parameters' names in captured steps
 * @throws UserError where more blocks are to be frozen than the encoder has
 */
export function createModel(
  common: TrainConfig,
  config: ModelConfig,
  size: number,
  seed: number,
  prefix = '',
): Model {
  const { name, widths, weights } = common.encoder;
  const parameters = new Parameters(seed);
  // Weights from elsewhere were trained on images that were normalised otherwise.
  const encoder = createEncoder(name, parameters, { offset: weights !== null, ...(widths && { widths }) });
  const head = dense(parameters.scope('head'), 'logits', encoder.features, FINDINGS.length);
  const decoder = config.decoder && createDecoder(parameters, encoder, size, decoderOptions(config.decoder));
  const frozen = frozenBlocks(common, encoder);
  const still = new Set(encoder.blocks.slice(0, frozen).flat());
  return {
    parameters,
    encoder,
    variables: Object.fromEntries([...parameters.all()].map(([name, weight]) => [prefix + name, weight])),
    trainable: () => parameters.trainable().filter((weight) => !still.has(weight)),
    apply(images, training, reconstruct = true, greys) {
      const encoded = encoder.apply(normalised(images, common.normalise, greys), training, frozen);
      const draw = (from: tf.Tensor4D) => {
        if (!decoder || !reconstruct) return null;
        return decoder.apply(config.decoder?.stopGradient ? withoutGradient(from) : from, training);
      };
      const embedding = globalMean(encoded);
      return {
        encoded,
        embedding,
        logits: head(embedding),
        reconstruction: draw(encoded),
      };
    },
    classify: (encoded) => head(globalMean(encoded)),
  };
}

function normalised(
  images: tf.Tensor4D,
  by: TrainConfig['normalise'],
  greys: tf.Tensor2D | undefined,
): tf.Tensor4D {
  if (by === 'image') return standardised(images);
  if (by === 'fixed') return tf.div<tf.Tensor4D>(tf.sub(images, GREY.mean[0]), GREY.deviation[0]);
  if (!greys) throw new Error('a model that normalises by source needs the greys of each image');
  const column = (at: number) => tf.reshape(tf.slice(greys, [0, at], [-1, 1]), [-1, 1, 1, 1]);
  return tf.div<tf.Tensor4D>(tf.sub(images, column(0)), column(1));
}

/**
 * Each image of zero mean and unit variance over its pixels that are not black: what an augmentation moved in is black,
 * and so is what a scanner left out.
 */
function standardised(images: tf.Tensor4D): tf.Tensor4D {
  const shown = tf.cast(tf.greater(images, 0), 'float32');
  const pixels = tf.maximum(tf.sum(shown, [1, 2, 3], true), 1);
  const mean = tf.div(tf.sum(images, [1, 2, 3], true), pixels);
  const centred = tf.sub(images, mean);
  const variance = tf.div(tf.sum(tf.mul(tf.square(centred), shown), [1, 2, 3], true), pixels);
  return tf.div(centred, tf.sqrt(tf.add(variance, LEAST_VARIANCE)));
}

/** Variance of one grey level: with it, an image of a single grey stays finite. */
const LEAST_VARIANCE = (1 / 255) ** 2;

function frozenBlocks({ encoder: { name, freeze } }: TrainConfig, { blocks }: Encoder): number {
  if (freeze === 'all') return blocks.length;
  if (freeze <= blocks.length) return freeze;
  throw new UserError(
    `train.common.encoder.freeze names more blocks than ${name} has`,
    `${freeze}`,
    `name at most ${blocks.length}, or all`,
  );
}

function decoderOptions({ outputFraction, widths }: NonNullable<ModelConfig['decoder']>) {
  return { outputFraction, ...(widths && { widths }) };
}

/**
 * Sets the encoder's weights from a safetensors file of PyTorch names: what the training starts from.
 * @throws EngineError where the file does not fit the encoder
 */
export async function loadPretrained(model: Model, file: string): Promise<void> {
  await loadTorchWeights(model.encoder, file, { images: GREY });
}
