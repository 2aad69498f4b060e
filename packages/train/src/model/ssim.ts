import { UserError } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';

/** Wang et al.'s window: a Gaussian of deviation 1.5 over 11 x 11 pixels, and their constants for grey 0 … 1. */
const RADIUS = 5;
const DEVIATION = 1.5;
const EDGE = 2 * RADIUS + 1;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/** The structural similarity of two images at every place where the window lies within them. */
export interface Similarity {
  /** at most 1; [batch, size - 10, size - 10, 1] */
  readonly map: tf.Tensor4D;
  /** 1 where the whole window is film, else 0; as `map` */
  readonly inside: tf.Tensor4D;
}

/**
 * Structural similarity (Wang et al., 2004), with population variances.
 * @param x [batch, size, size, 1]
 * @param y as x
 * @param film 1 where a pixel is film, 0 where it is padding; as x
 * @throws UserError where the images are smaller than the window
 */
export function similarity(x: tf.Tensor4D, y: tf.Tensor4D, film: tf.Tensor4D): Similarity {
  if (x.shape[1] < EDGE) {
    throw new UserError(
      'SSIM compares windows of 11 pixels, more than the reconstruction has',
      `${x.shape[1]}`,
      'take another decoder.loss, or a greater decoder.outputFraction or ingest.size',
    );
  }
  const blurred = (z: tf.Tensor4D) => blur(blur(z, 1), 2);
  const [meanX, meanY] = [blurred(x), blurred(y)];
  const product = tf.mul(meanX, meanY);
  const squares = tf.add(tf.square(meanX), tf.square(meanY));
  const covariance = tf.sub(blurred(tf.mul(x, y)), product);
  const variances = tf.sub(blurred(tf.add(tf.square(x), tf.square(y))), squares);
  const map = tf.div<tf.Tensor4D>(
    tf.mul(tf.add(tf.mul(product, 2), C1), tf.add(tf.mul(covariance, 2), C2)),
    tf.mul(tf.add(squares, C1), tf.add(variances, C2)),
  );
  const share = tf.avgPool(film, EDGE, 1, 'valid');
  return { map, inside: tf.cast(tf.greater(share, 1 - 0.5 / EDGE ** 2), 'float32') };
}

/**
 * One direction of the Gaussian, where it lies within the image. Of slices and sums, because these stay in float32 where
 * convolutions and products of matrices do not: a variance is a small difference of large means.
 */
function blur(x: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const size = [...x.shape] as [number, number, number, number];
  size[axis] -= EDGE - 1;
  const taps = KERNEL.map((weight, i) => {
    const begin: [number, number, number, number] = [0, 0, 0, 0];
    begin[axis] = i;
    return tf.mul<tf.Tensor4D>(tf.slice(x, begin, size), weight);
  });
  return tf.addN(taps);
}

const KERNEL = gaussian();

function gaussian(): number[] {
  const values = Array.from({ length: EDGE }, (_, i) => Math.exp(-(((i - RADIUS) / DEVIATION) ** 2) / 2));
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => value / sum);
}
