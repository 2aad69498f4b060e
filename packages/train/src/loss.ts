import { FINDINGS, type Label, type ModelConfig } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';

/** Labels of a batch with their mask: [batch, 5] float32; where the mask is 0 the label is not known. */
export interface LabelBatch {
  readonly labels: tf.Tensor2D;
  readonly known: tf.Tensor2D;
}

export function labelBatch(rows: readonly (readonly Label[])[]): LabelBatch {
  const shape: [number, number] = [rows.length, FINDINGS.length];
  const flat = rows.flat();
  return {
    labels: tf.tensor2d(
      Float32Array.from(flat, (label) => label ?? 0),
      shape,
    ),
    known: tf.tensor2d(
      Float32Array.from(flat, (label) => (label === null ? 0 : 1)),
      shape,
    ),
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
 * Mean over the pixels that show the film: padding that augmentation moved in is masked.
 * @param target what the encoder saw, grey 0 … 1 [batch, size, size, 1]
 * @param inside 1 where a pixel is film, 0 where it is padding
 */
export function reconstructionLoss(
  image: tf.Tensor4D,
  target: tf.Tensor4D,
  inside: tf.Tensor4D,
  kind: NonNullable<ModelConfig['decoder']>['loss'],
): tf.Scalar {
  const error = tf.sub(image, target);
  const cost = kind === 'l1' ? tf.abs(error) : tf.square(error);
  return tf.div(tf.sum(tf.mul(cost, inside)), tf.maximum(tf.sum(inside), 1)) as tf.Scalar;
}
