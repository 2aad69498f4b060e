import { tf } from '@viewgap/engine';
import type { Augmentation } from './augmentation.ts';

/** Images of a batch, grey 0 … 1, and where they show film: both [batch, size, size, 1] float32. */
export interface ImageBatch {
  readonly images: tf.Tensor4D;
  readonly inside: tf.Tensor4D;
}

/** @param pixels uint8 grey [count, size, size] */
export function plainBatch(pixels: Uint8Array, count: number, size: number): ImageBatch {
  return tf.tidy(() => {
    const images = tf.div<tf.Tensor4D>(tf.tensor4d(Float32Array.from(pixels), [count, size, size, 1]), 255);
    return { images, inside: tf.onesLike(images) };
  });
}

/** As plainBatch, each image turned, moved, scaled, brightened as its Augmentation says. */
export function augmentedBatch(
  pixels: Uint8Array,
  augmentations: readonly Augmentation[],
  size: number,
): ImageBatch {
  return tf.tidy((): { images: tf.Tensor4D; inside: tf.Tensor4D } => {
    const count = augmentations.length;
    const plain = plainBatch(pixels, count, size);
    const transforms = tf.tensor2d(
      augmentations.map(({ transform }) => [...transform]),
      [count, 8],
    );
    // The mask takes the same way as the image, so that it is exact at the borders.
    const moved = tf.image.transform(
      tf.concat([plain.images, plain.inside], 3),
      transforms,
      'bilinear',
      'constant',
      0,
    );
    const [grey, cover] = tf.split<tf.Tensor4D>(moved, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
    const inside = tf.cast<tf.Tensor4D>(tf.greaterEqual(cover, 0.999), 'float32');
    const column = (value: (a: Augmentation) => number) =>
      tf.tensor4d(augmentations.map(value), [count, 1, 1, 1]);
    const brightened = tf.add(
      tf.add(
        tf.mul(
          tf.sub(grey, 0.5),
          column((a) => a.contrast),
        ),
        0.5,
      ),
      column((a) => a.brightness),
    );
    return { images: tf.mul<tf.Tensor4D>(tf.clipByValue(brightened, 0, 1), inside), inside };
  });
}
