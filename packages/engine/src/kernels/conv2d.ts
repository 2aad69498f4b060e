import { nodeBackend } from '../tf/node-backend.ts';
import { tf } from '../tf/tf.ts';
import { filterGradient } from './filter-gradient.ts';

export interface Conv2dOptions {
  /** Default: 1. */
  readonly stride?: number;
  /** As TensorFlow's, or this many zeros on all four sides. Default: `same`. */
  readonly padding?: 'same' | 'valid' | number;
}

/**
 * 2-D convolution with gradients, also where a number says how much is padded, as PyTorch's models do: stock tfjs-node
 * has no gradient for that.
 *
 * @param x [batch, height, width, from], float32
 * @param filter [height, width, from, to]
 */
export function conv2d(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride = 1, padding = 'same' }: Conv2dOptions = {},
): tf.Tensor4D {
  if (typeof padding === 'string') return tf.conv2d(x, filter, stride, padding);
  if (padding === 0) return tf.conv2d(x, filter, stride, 'valid');
  const isSame = stride === 1 && filter.shape[0] === 2 * padding + 1 && filter.shape[1] === 2 * padding + 1;
  if (isSame) return tf.conv2d(x, filter, 1, 'same');
  if (tf.getBackend() !== 'tensorflow') return tf.conv2d(x, filter, stride, padding, 'NHWC', 1, 'floor');
  return padded(x, filter, stride, padding);
}

/**
 * Forward, TensorFlow's convolution pads by itself. Backward, its oneDNN kernels do so for `same` and `valid` alone, and
 * the others are 20 times slower: there the input is padded first, and its gradient cut.
 */
function padded(x: tf.Tensor4D, filter: tf.Tensor4D, stride: number, padding: number): tf.Tensor4D {
  const backend = nodeBackend();
  const attrs = convolutionAttrs(backend, stride);
  const { TF_ATTR_STRING, TF_ATTR_INT } = backend.binding;
  const explicit = [
    { name: 'padding', type: TF_ATTR_STRING, value: 'EXPLICIT' },
    { name: 'explicit_paddings', type: TF_ATTR_INT, value: [0, 0, padding, padding, padding, padding, 0, 0] },
  ];
  const valid = [{ name: 'padding', type: TF_ATTR_STRING, value: 'VALID' }];
  const op = tf.customGrad((...args) => {
    const [input, weights, save] = args as unknown as [
      tf.Tensor4D,
      tf.Tensor,
      (tensors: tf.Tensor[]) => void,
    ];
    save([input, weights]);
    return {
      value: backend.executeSingleOutput('Conv2D', [...attrs, ...explicit], [input, weights]),
      gradFunc: (dy, saved) => {
        const [input, weights] = saved as [tf.Tensor4D, tf.Tensor4D];
        const margins = marginsOf(input, weights, dy as tf.Tensor4D, stride, padding);
        const wide = tf.pad(input, margins);
        const sizes = tf.tensor1d(wide.shape, 'int32');
        const dWide = backend.executeSingleOutput(
          'Conv2DBackpropInput',
          [...attrs, ...valid],
          [sizes, weights, dy],
        );
        return [
          tf.slice(
            dWide,
            margins.map(([before]) => before),
            input.shape,
          ),
          filterGradient(wide, dy as tf.Tensor4D, stride, weights.shape),
        ];
      },
    };
  });
  return op(x, filter) as tf.Tensor4D;
}

function convolutionAttrs({ binding }: ReturnType<typeof nodeBackend>, stride: number) {
  return [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
  ];
}

/** Zeros before and after each axis that make a `valid` convolution of the padded one: no more than it reads. */
function marginsOf(
  input: tf.Tensor4D,
  weights: tf.Tensor4D,
  output: tf.Tensor4D,
  stride: number,
  padding: number,
): [number, number][] {
  const margin = (axis: 1 | 2): [number, number] => {
    const read = (output.shape[axis] - 1) * stride + (weights.shape[axis - 1] as number);
    return [padding, Math.max(0, read - input.shape[axis] - padding)];
  };
  return [[0, 0], margin(1), margin(2), [0, 0]];
}
