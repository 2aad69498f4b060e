import type { Label, ModelConfig } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';

/** Labels of a batch with their mask: [batch, 5] float32; where the mask is 0 the label is not known. */
export interface LabelBatch {
  readonly labels: tf.Tensor2D;
  readonly known: tf.Tensor2D;
}

/** The same as numbers, row by row. */
export function labelValues(rows: readonly (readonly Label[])[]): {
  readonly labels: Float32Array;
  readonly known: Float32Array;
} {
  const flat = rows.flat();
  return {
    labels: Float32Array.from(flat, (label) => label ?? 0),
    known: Float32Array.from(flat, (label) => (label === null ? 0 : 1)),
  };
}

/** Sigmoid cross-entropy, the mean over the known labels: an unknown label gives no loss and no gradient. */
export function classificationLoss(logits: tf.Tensor2D, { labels, known }: LabelBatch): tf.Scalar {
  // max(x, 0) - x y + log(1 + exp(-|x|)), the form without overflow.
  const entropy = tf.add(
    tf.sub(tf.relu(logits), tf.mul(logits, labels)),
    tf.softplus(tf.neg(tf.abs(logits))),
  );
  return tf.div(tf.sum(tf.mul(entropy, known)), tf.maximum(tf.sum(known), 1)) as tf.Scalar;
}

/**
 * Mean over the pixels that show the film: padding that augmentation moved in is masked. An image of a share of the
 * target's size is compared with the target's means over as many pixels, where all of those are film.
 * @param image [batch, edge, edge, 1]
 * @param target what the encoder saw, grey 0 … 1 [batch, size, size, 1]
 * @param inside 1 where a pixel is film, 0 where it is padding; as target
 */
export function reconstructionLoss(
  image: tf.Tensor4D,
  target: tf.Tensor4D,
  inside: tf.Tensor4D,
  kind: NonNullable<ModelConfig['decoder']>['loss'],
): tf.Scalar {
  const edge = image.shape[1];
  const error = tf.sub(image, shrink(target, edge));
  const film =
    inside.shape[1] === edge ? inside : tf.cast(tf.greater(shrink(inside, edge), 0.999), 'float32');
  const cost = kind === 'l1' ? tf.abs(error) : tf.square(error);
  return tf.div(tf.sum(tf.mul(cost, film)), tf.maximum(tf.sum(film), 1)) as tf.Scalar;
}

function shrink(x: tf.Tensor4D, edge: number): tf.Tensor4D {
  if (x.shape[1] === edge) return x;
  const factor = Math.round(x.shape[1] / edge);
  return tf.avgPool(x, factor, factor, 'same');
}
