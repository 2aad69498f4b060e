import type { TrainConfig } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { convolution, type Layer, upsample } from './layers.ts';
import type { Parameters } from './parameters.ts';

/**
 * Back from the encoder's features to the image: one upsampling block per halving, no skip connections (with
 * them the bottleneck need learn nothing). Output [batch, size, size, 1], grey in about 0 … 1.
 */
export function reconstructionDecoder(
  parameters: Parameters,
  config: TrainConfig['encoder'],
  size: number,
): Layer {
  const widths = [...config.widths].reverse();
  const last = widths.at(-1) as number;
  const blocks = widths.map((from, i) =>
    convolution(
      parameters,
      `decoder/up${i + 1}`,
      { kernel: 3, from, to: widths[i + 1] ?? last },
      { relu: true },
    ),
  );
  const weight = parameters.he('decoder/image/weight', [3, 3, last, 1]) as tf.Variable<tf.Rank.R4>;
  const bias = parameters.constant('decoder/image/bias', [1], 0.5);
  return (x, training) => {
    const features = blocks.reduce((y, block) => block(upsample(y), training), x);
    const image = tf.add(tf.conv2d(features, weight, 1, 'same'), bias) as tf.Tensor4D;
    // A size that is no multiple of 2^stages was rounded up at each halving.
    return image.shape[1] === size ? image : tf.slice(image, [0, 0, 0, 0], [-1, size, size, 1]);
  };
}
