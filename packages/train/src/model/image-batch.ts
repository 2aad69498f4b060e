import { tf } from '@viewgap/engine';

/** Images of a batch, grey 0 … 1, and where they show film: both [batch, size, size, 1] float32. */
export interface ImageBatch {
  readonly images: tf.Tensor4D;
  readonly inside: tf.Tensor4D;
}

/**
 * A batch of bytes as a model takes it.
 * @param pixels grey 0 … 255 [batch, size, size, 1], integers of any type
 * @param inside 1 where a pixel shows film, 0 where it is padding
 */
export function imageBatch(pixels: tf.Tensor4D, inside: tf.Tensor4D): ImageBatch {
  const images = tf.div<tf.Tensor4D>(tf.cast(pixels, 'float32'), 255);
  return { images, inside: tf.cast(inside, 'float32') };
}
