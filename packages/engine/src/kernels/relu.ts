import { nodeBackend } from '../tf/node-backend.ts';
import { tf } from '../tf/tf.ts';

/**
 * max(x, 0). TensorFlow.js computes its gradient in three operations; TensorFlow has one.
 * @param x float32, any shape
 */
export function relu<T extends tf.Tensor>(x: T): T {
  if (tf.getBackend() !== 'tensorflow') return tf.relu(x);
  const backend = nodeBackend();
  const attrs = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    const value = backend.executeSingleOutput('Relu', attrs, [input]);
    save([value]);
    return {
      value,
      gradFunc: (dy, [y]) => backend.executeSingleOutput('ReluGrad', attrs, [dy, y as tf.Tensor]),
    };
  });
  return op(x) as T;
}
