import { withOnes } from '../layers/layers.ts';
import type { Parameters } from '../layers/parameters.ts';
import { EngineError } from '../system/engine-error.ts';
import type { tf } from '../tf/tf.ts';
import { densenet121 } from './densenet.ts';
import { type Backbone, RESNET18, RESNET50, RESNET50_V1, residualPlan, resnet } from './resnet.ts';

type MakeBackbone = (parameters: Parameters, channels: number, widths: readonly number[]) => Backbone;

/**
 * `residual`: a small ResNet for small images, of the widths that the options name;
 * `resnet18`, `resnet50`, `densenet121`: torchvision's; its ResNet-50 is the one called v1.5;
 * `resnet50-v1`: He et al.'s own, in which the first convolution of a block strides: ImageNet weights exist for it.
 */
const BACKBONES = {
  residual: (parameters, channels, widths) => resnet(parameters, residualPlan(widths), channels),
  resnet18: (parameters, channels) => resnet(parameters, RESNET18, channels),
  resnet50: (parameters, channels) => resnet(parameters, RESNET50, channels),
  'resnet50-v1': (parameters, channels) => resnet(parameters, RESNET50_V1, channels),
  densenet121,
} satisfies Readonly<Record<string, MakeBackbone>>;

export type EncoderName = keyof typeof BACKBONES;
export const ENCODERS = Object.keys(BACKBONES) as readonly EncoderName[];

export interface EncoderOptions {
  /** channels of the images: 1 for grey (the default), 3 for colour */
  readonly channels?: number;
  /** of `residual`: channels of each of its stages; default [16, 32, 64, 128] */
  readonly widths?: readonly number[];
  /**
   * Sets a plane of ones beside the image, so that weights trained on images that were normalised in another way can be
   * folded to these exactly (see loadTorchWeights). Default false.
   */
  readonly offset?: boolean;
}

/** The part of a network that turns images into features. */
export interface Encoder {
  /**
   * @param images [batch, height, width, channels], float32, of about zero mean and unit variance
   * @param training true: batch normalisation by the batch's own statistics, moving the moving ones
   * @returns [batch, ceil(height / reduction), ceil(width / reduction), features]; densenet121 rounds down from its
   *   first transition on
   * @param frozen blocks, from the first on, that act as if they did not train; default 0
   */
  apply(images: tf.Tensor4D, training: boolean, frozen?: number): tf.Tensor4D;
  /** Channels of the output. */
  readonly features: number;
  /** Edge of the input over edge of the output. */
  readonly reduction: number;
  /** Channels of the images. */
  readonly channels: number;
  /** Whether its first convolution has one channel more, for a plane of ones. */
  readonly offset: boolean;
  /** Its weights by torchvision's names, that of the first convolution first; kernels [height, width, in, out]. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /** The same by block: the stem, then the stages (of densenet121 each with the transition behind it). */
  readonly blocks: readonly (readonly tf.Variable[])[];
}

/**
 * Makes an encoder with freshly drawn weights, `encoder/…` in `parameters`.
 * @throws EngineError when there is none of that name
 */
export function createEncoder(
  name: EncoderName,
  parameters: Parameters,
  { channels = 1, widths = [16, 32, 64, 128], offset = false }: EncoderOptions = {},
): Encoder {
  if (!Object.hasOwn(BACKBONES, name)) {
    throw new EngineError('no such encoder', name, `one of ${ENCODERS.join(', ')}`);
  }
  const scope = parameters.scope('encoder');
  const make: MakeBackbone = BACKBONES[name];
  const { blocks, features, reduction } = make(scope, channels + (offset ? 1 : 0), widths);
  return {
    apply: (images, training, frozen = 0) =>
      blocks.reduce(
        (x, { layer }, i) => layer(x, training && i >= frozen),
        offset ? withOnes(images) : images,
      ),
    features,
    reduction,
    channels,
    offset,
    weights: scope.own(),
    blocks: blocks.map(({ weights }) => weights),
  };
}
