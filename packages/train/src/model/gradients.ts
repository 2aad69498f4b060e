import { tf } from '@viewgap/engine';

/**
 * Gradients scaled down where their norm, over all that belong together, is greater than `most` (Pascanu et al., 2013).
 * Each group has a norm of its own: what a decoder's gradient is must not change what the encoder's becomes.
 * @param grads by name
 * @param groups names of those that belong together
 */
export function clipped(
  grads: tf.NamedTensorMap,
  groups: readonly (readonly string[])[],
  most: number,
): tf.NamedTensorMap {
  const entries = groups.flatMap((group) => {
    const own = group.flatMap((name) => (grads[name] ? [[name, grads[name]] as const] : []));
    if (own.length === 0) return [];
    const norm = tf.sqrt(tf.addN(own.map(([, grad]) => tf.sum(tf.square(grad)))));
    const factor = tf.div(most, tf.maximum(norm, most));
    return own.map(([name, grad]) => [name, tf.mul(grad, factor)] as const);
  });
  return Object.fromEntries(entries);
}

/** The same tensor, which gives no gradient on. */
export function withoutGradient<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad((input) => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return op(x) as T;
}
