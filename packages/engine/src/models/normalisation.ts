import { EngineError } from '../system/engine-error.ts';
import { tf } from '../tf/tf.ts';
import type { Encoder } from './encoder.ts';

/** How images of values 0 … 1 become a network's input: (value - mean) / deviation, one number a channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** torchvision's, of red, green and blue. */
export const IMAGENET: Normalisation = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/** torchxrayvision's: grey becomes -1024 … 1024. */
export const TORCHXRAYVISION: Normalisation = { mean: [0.5], deviation: [1 / 2048] };

/** @param text `{"mean": [...], "deviation": [...]}` @throws EngineError when it is not */
export function parseNormalisation(text: string): Normalisation {
  try {
    const { mean, deviation } = JSON.parse(text) as Partial<Normalisation>;
    const numbers = [mean, deviation].every((list) => Array.isArray(list) && list.every(Number.isFinite));
    if (numbers && mean?.length === deviation?.length) return { mean, deviation } as Normalisation;
  } catch {}
  throw new EngineError(
    'the normalisation in the metadata of the weights is wrong',
    text,
    'write {"mean": [...], "deviation": [...]}, one number a channel',
  );
}

/**
 * A first convolution's kernels for images that are normalised, or coloured, otherwise than those that it was trained on.
 * One channel gets the sum over all of them, the same for grey repeated in each. A scale goes into the kernel; a
 * difference of the means goes into the kernel of a plane of ones (the encoder's `offset`). A bias would do inside the
 * image, but not at its edge, where the zeros of the padding stood for the means of the weights' own images.
 *
 * @param kernel [height, width, in, out]
 * @param trained of the images that the kernel was trained on
 * @param images of those that it will see; undefined: the same
 * @returns [height, width, encoder.channels, or one more with `offset`, out]
 * @throws EngineError when the means differ and the encoder has no such plane
 */
export function foldNormalisation(
  kernel: tf.Tensor4D,
  { channels, offset }: Pick<Encoder, 'channels' | 'offset'>,
  trained: Normalisation,
  images: Normalisation = trained,
): tf.Tensor4D {
  const count = kernel.shape[2];
  if (trained.mean.length !== count) {
    const value = `${trained.mean.length} for ${count} channel${count > 1 ? 's' : ''}`;
    throw new EngineError("the weights' normalisation has the wrong number of means", value, 'one a channel');
  }
  const scale = trained.deviation.map((deviation, c) => at(images.deviation, c) / deviation);
  const shift = trained.mean.map((mean, c) => (at(images.mean, c) - mean) / (trained.deviation[c] as number));
  const scaled = tf.mul<tf.Tensor4D>(kernel, perChannel(scale));
  const main = channels === 1 ? tf.sum<tf.Tensor4D>(scaled, 2, true) : scaled;
  if (offset) {
    return tf.concat([main, tf.sum<tf.Tensor4D>(tf.mul(kernel, perChannel(shift)), 2, true)], 2);
  }
  if (shift.some((difference) => Math.abs(difference) > 1e-6)) {
    const value = `${trained.mean.join(', ')} where these have ${images.mean.join(', ')}`;
    const cure = 'make the encoder with offset: true';
    throw new EngineError('the weights were trained on images of other means', value, cure);
  }
  return main;
}

/** One number for all channels, or one for each. */
function at(numbers: readonly number[], channel: number): number {
  return numbers[numbers.length === 1 ? 0 : channel] as number;
}

/** To multiply kernels [height, width, in, out] by. */
function perChannel(numbers: readonly number[]): tf.Tensor4D {
  return tf.tensor4d([...numbers], [1, 1, numbers.length, 1]);
}
