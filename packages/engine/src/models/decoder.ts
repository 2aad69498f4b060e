import { biasedConvolution, crop, type Layer, normalisedUpsampledConvolution } from '../layers/layers.ts';
import type { Parameters } from '../layers/parameters.ts';
import { EngineError } from '../system/engine-error.ts';
import type { tf } from '../tf/tf.ts';
import type { Encoder } from './encoder.ts';

export interface DecoderOptions {
  /** channels of each upsampling block, one for each doubling; default: see decoderWidths */
  readonly widths?: readonly number[];
  /** edge of the output over the edge of the image; default 1 */
  readonly outputFraction?: OutputFraction;
  /** channels of the image; default 1 */
  readonly channels?: number;
}

export type OutputFraction = 1 | 0.5 | 0.25;

/** The part of a network that turns features back into the image. */
export interface Decoder {
  /**
   * @param features the encoder's, [batch, h, w, features]
   * @returns [batch, edge, edge, channels], in about 0 … 1
   */
  apply(features: tf.Tensor4D, training: boolean): tf.Tensor4D;
  /** Edge of its output, pixels: that of the image times the output fraction, rounded up. */
  readonly edge: number;
}

/**
 * A decoder for reconstruction with freshly drawn weights, `decoder/…` in `parameters`: for each doubling an
 * upsampling (nearest neighbour), a 3 x 3 convolution, batch normalisation and ReLU; no skip connections, with which
 * the encoder's last features need carry nothing.
 *
 * @param size edge of the square images that the encoder sees, pixels
 * @throws EngineError when the widths are not one for each doubling, or the encoder's features do not reach that far
 */
export function createDecoder(
  parameters: Parameters,
  encoder: Pick<Encoder, 'features' | 'reduction'>,
  size: number,
  { outputFraction = 1, channels = 1, ...options }: DecoderOptions = {},
): Decoder {
  const doublings = Math.round(Math.log2(encoder.reduction * outputFraction));
  const widths = options.widths ?? decoderWidths(encoder.features, doublings);
  if (widths.length !== doublings) {
    const value = `${widths.length} for a reduction by ${encoder.reduction} and an output fraction of ${outputFraction}`;
    throw new EngineError('wrong number of decoder widths', value, `name ${doublings}`);
  }
  const scope = parameters.scope('decoder');
  const blocks = widths.map((to, i): Layer => {
    const names = { convolution: `up${i + 1}.conv`, norm: `up${i + 1}.norm` };
    const shape = { from: widths[i - 1] ?? encoder.features, to };
    return normalisedUpsampledConvolution(scope, names, shape, { relu: true });
  });
  const from = widths.at(-1) ?? encoder.features;
  const image: Layer = biasedConvolution(scope, 'image', { kernel: 3, from, to: channels }, 0.5);
  const edge = Math.ceil(size * outputFraction);
  return {
    apply: (features, training) => {
      const drawn = blocks.reduce((y, block) => block(y, training), features);
      return cropTo(image(drawn, training), edge, encoder.reduction);
    },
    edge,
  };
}

/** Half the encoder's features, at most 512, then half as many at each doubling, but 16 at least. */
export function decoderWidths(features: number, doublings: number): number[] {
  const first = Math.min(512, features / 2);
  return Array.from({ length: doublings }, (_, i) => Math.max(16, Math.floor(first / 2 ** i)));
}

/** An encoder that rounds its sizes up gives a little more than the image; one that rounds down cannot give it. */
function cropTo(image: tf.Tensor4D, edge: number, reduction: number): tf.Tensor4D {
  if (image.shape[1] < edge || image.shape[2] < edge) {
    const value = `${image.shape[1]} of ${edge} pixels`;
    throw new EngineError(
      'the decoder does not reach the edge',
      value,
      `take images of a multiple of ${reduction} pixels`,
    );
  }
  return crop(image, edge, edge);
}
