import type { ReconstructionLoss } from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { similarity } from './ssim.ts';

/** Targets of a batch and what each label counts: [batch, 5] float32; a label that is not known counts 0. */
export interface TargetTensors {
  readonly targets: tf.Tensor2D;
  readonly weights: tf.Tensor2D;
}

/**
 * Sigmoid cross-entropy, or the generalised one (Zhang and Sabuncu, 2018), summed by the labels' weights: an unknown label
 * gives no loss and no gradient.
 * @param robustness its q: 0 is cross-entropy, 1 the mean absolute error
 */
export function classificationLoss(
  logits: tf.Tensor2D,
  { targets, weights }: TargetTensors,
  robustness = 0,
): tf.Scalar {
  const cost = robustness === 0 ? entropy(logits, targets) : generalised(logits, targets, robustness);
  return tf.sum(tf.mul(cost, weights)) as tf.Scalar;
}

/** max(x, 0) - x y + log(1 + exp(-|x|)), the form without overflow. */
function entropy(logits: tf.Tensor2D, targets: tf.Tensor2D): tf.Tensor {
  return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tf.softplus(tf.neg(tf.abs(logits))));
}

/** (1 - p^q) / q, p being the probability of either label, weighed by how far it is the target; log p = -softplus(-x). */
function generalised(logits: tf.Tensor2D, targets: tf.Tensor2D, q: number): tf.Tensor {
  const power = (x: tf.Tensor2D) => tf.exp(tf.mul(tf.softplus(tf.neg(x)), -q));
  const expected = tf.add(tf.mul(targets, power(logits)), tf.mul(tf.sub(1, targets), power(tf.neg(logits))));
  return tf.div(tf.sub(1, expected), q);
}

/**
 * Mean over the images of the mean over an image's pixels that show the film: padding that augmentation moved in is
 * masked, and so is an image that is all padding. An image of a share of the target's size is compared with the target's
 * means over as many pixels, where all of those are film.
 * @param image [batch, edge, edge, 1]
 * @param target what the encoder saw, grey 0 … 1 [batch, size, size, 1]
 * @param inside 1 where a pixel is film, 0 where it is padding; as target
 * @throws UserError for SSIM of images smaller than its window
 */
export function reconstructionLoss(
  image: tf.Tensor4D,
  target: tf.Tensor4D,
  inside: tf.Tensor4D,
  loss: ReconstructionLoss,
): tf.Scalar {
  const edge = image.shape[1];
  const seen = shrink(target, edge);
  const film =
    inside.shape[1] === edge
      ? inside
      : tf.cast<tf.Tensor4D>(tf.greater(shrink(inside, edge), 0.999), 'float32');
  const weighed = (typeof loss === 'string' ? [[loss, 1]] : Object.entries(loss)) as [Part, number][];
  const parts = weighed
    .filter(([, weight]) => weight > 0)
    .map(([part, weight]) => {
      const mean = PARTS[part](image, seen, film);
      return weight === 1 ? mean : tf.mul<tf.Scalar>(mean, weight);
    });
  return parts.length === 1 ? (parts[0] as tf.Scalar) : tf.addN(parts);
}

type Part = Extract<ReconstructionLoss, string>;

const PARTS: Record<Part, (image: tf.Tensor4D, target: tf.Tensor4D, film: tf.Tensor4D) => tf.Scalar> = {
  l1: (image, target, film) => filmMean(tf.abs(tf.sub(image, target)), film),
  l2: (image, target, film) => filmMean(tf.square(tf.sub(image, target)), film),
  ssim: (image, target, film) => {
    const { map, inside } = similarity(image, target, film);
    return filmMean(tf.sub(1, map), inside);
  },
};

function filmMean(cost: tf.Tensor4D, film: tf.Tensor4D): tf.Scalar {
  const pixels = tf.sum(film, [1, 2, 3]);
  const means = tf.div(tf.sum(tf.mul(cost, film), [1, 2, 3]), tf.maximum(pixels, 1));
  const shown = tf.sum(tf.minimum(pixels, 1));
  return tf.div(tf.sum(means), tf.maximum(shown, 1)) as tf.Scalar;
}

function shrink(x: tf.Tensor4D, edge: number): tf.Tensor4D {
  if (x.shape[1] === edge) return x;
  const factor = Math.round(x.shape[1] / edge);
  return tf.avgPool(x, factor, factor, 'same');
}
