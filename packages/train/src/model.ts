import { FINDINGS, type ModelConfig, type TrainConfig } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { reconstructionDecoder } from './decoder.ts';
import { residualEncoder } from './encoder.ts';
import { Parameters } from './parameters.ts';

/** What a model says of a batch. */
export interface Outputs {
  /** [batch, 5], in the order of FINDINGS */
  readonly logits: tf.Tensor2D;
  /** [batch, size, size, 1], or null for a model without a decoder */
  readonly reconstruction: tf.Tensor4D | null;
}

/** Model 1 (encoder and classification head) or Model 2 (the same and a decoder on the shared encoder). */
export interface Model {
  readonly parameters: Parameters;
  /**
   * @param images float32 grey [batch, size, size, 1], 0 … 1
   * @param reconstruct false: leave the decoder out, for scores alone
   */
  apply(images: tf.Tensor4D, training: boolean, reconstruct?: boolean): Outputs;
}

/** Grey of 0 … 1 to about zero mean and unit variance; of chest radiographs in general, not of this sample. */
const MEAN_GREY = 0.5;
const GREY_DEVIATION = 0.25;

/**
 * @param size edge of the images, pixels
 * @param seed of the initial weights: the encoder's and the head's depend on it and on nothing else
 */
export function createModel(common: TrainConfig, config: ModelConfig, size: number, seed: number): Model {
  const parameters = new Parameters(seed);
  const encoder = residualEncoder(parameters, common.encoder);
  const features = common.encoder.widths.at(-1) as number;
  const weight = parameters.he('head/weight', [features, FINDINGS.length]) as tf.Variable<tf.Rank.R2>;
  const bias = parameters.constant('head/bias', [FINDINGS.length], 0) as tf.Variable<tf.Rank.R1>;
  const decoder = config.decoder ? reconstructionDecoder(parameters, common.encoder, size) : null;
  return {
    parameters,
    apply(images, training, reconstruct = true) {
      const encoded = encoder(tf.div(tf.sub(images, MEAN_GREY), GREY_DEVIATION), training);
      const pooled = tf.mean<tf.Tensor2D>(encoded, [1, 2]);
      return {
        logits: tf.add(tf.matMul(pooled, weight), bias),
        reconstruction: decoder && reconstruct ? decoder(encoded, training) : null,
      };
    },
  };
}
