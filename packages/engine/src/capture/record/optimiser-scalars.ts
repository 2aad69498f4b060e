import { tf } from '../../tf/tf.ts';
import { type Replacement, replacement } from '../rewrite/replaced.ts';

/** What TensorFlow.js's SGD and momentum keep as tensors, which its other optimisers keep as numbers. */
interface Scalars {
  readonly learningRate: number;
  readonly momentum?: number;
  c: tf.Scalar;
  m?: tf.Scalar;
}

/** Lets SGD and momentum make their scalars again: those that they keep come from outside the recording. */
export function freshScalars(): Replacement[] {
  return [tf.SGDOptimizer.prototype, tf.MomentumOptimizer.prototype].map((prototype) => {
    const { applyGradients } = prototype;
    return replacement(prototype, 'applyGradients', function (this: tf.SGDOptimizer, gradients) {
      withFresh(this as unknown as Scalars, () =>
        applyGradients.call(this as tf.MomentumOptimizer, gradients),
      );
    });
  });
}

function withFresh(optimiser: Scalars, apply: () => void): void {
  const { c, m } = optimiser;
  optimiser.c = tf.scalar(-optimiser.learningRate);
  if (m !== undefined) optimiser.m = tf.scalar(optimiser.momentum as number);
  try {
    apply();
  } finally {
    optimiser.c = c;
    if (m !== undefined) optimiser.m = m;
  }
}
