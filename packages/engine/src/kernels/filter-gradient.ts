import type { NodeBackend } from '../tf/node-backend.ts';
import { tf } from '../tf/tf.ts';

const BACKEND = 'tensorflow';

/** Below this many input channels oneDNN's kernel writes past its buffer. */
const SAFE_CHANNELS = 16;

/**
 * Replaces tfjs-node's gradient of a convolution's filter where TensorFlow's own corrupts the heap: on a processor with
 * AVX-512, oneDNN (of TensorFlow 2.21) writes out of bounds for a 1 x 1 filter with a stride and fewer than 16 input
 * channels, when the batch does not divide evenly among the threads (uxlfoundation/oneDNN#6035). Eager steps and
 * captured ones both come through here.
 *
 * To be called once, after tfjs-node's kernels are registered.
 */
export function mendFilterGradient(): void {
  const stock = tf.getKernel(tf.Conv2DBackpropFilter, BACKEND);
  tf.unregisterKernel(tf.Conv2DBackpropFilter, BACKEND);
  tf.registerKernel({
    ...stock,
    kernelFunc: (args) => {
      const { x, dy } = args.inputs as unknown as FilterGradientTensors;
      const attrs = args.attrs as unknown as tf.Conv2DBackpropFilterAttrs;
      const { binding } = args.backend as unknown as NodeBackend;
      const [rowStride, columnStride] = [attrs.strides].flat() as [number, number?];
      const strides = [rowStride, columnStride ?? rowStride] as const;
      if (binding.isUsingGpuDevice() || !corrupts(attrs, strides)) return stock.kernelFunc(args);
      return tf.tidy(() => productGradient(x, dy, strides));
    },
  });
}

/**
 * The gradient of a convolution with respect to its filter, by the kernel that is registered.
 *
 * @param x [batch, height, width, from], not padded by the convolution
 * @param dy [batch, outHeight, outWidth, to]
 * @returns in filterShape
 */
export function filterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  stride: number,
  filterShape: tf.Tensor4D['shape'],
): tf.Tensor {
  const attrs = { strides: stride, pad: 'valid', dataFormat: 'NHWC', filterShape };
  return tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, attrs);
}

interface FilterGradientTensors {
  readonly x: tf.Tensor4D;
  readonly dy: tf.Tensor4D;
}

type Strides = readonly [rows: number, columns: number];

function corrupts(
  { filterShape: [height, width, from], dataFormat }: tf.Conv2DBackpropFilterAttrs,
  [rows, columns]: Strides,
): boolean {
  const isPointwise = height === 1 && width === 1;
  return isPointwise && Math.max(rows, columns) > 1 && from < SAFE_CHANNELS && dataFormat === 'NHWC';
}

/** The pixels that the filter saw, times the output's gradient: [1, 1, from, to]. */
function productGradient(x: tf.Tensor4D, dy: tf.Tensor4D, strides: Strides): tf.Tensor4D {
  const [batch, height, width, to] = dy.shape;
  const from = x.shape[3];
  const seen = tf.reshape(everyNth(x, height, width, strides), [batch * height * width, from]);
  const product = tf.matMul(seen, tf.reshape(dy, [batch * height * width, to]), true, false);
  return tf.reshape(product, [1, 1, from, to]);
}

/** Cut out of blocks of pixels: TensorFlow's StridedSlice goes through them one by one, 2 ms for 131,072 values. */
function everyNth(x: tf.Tensor4D, height: number, width: number, [rows, columns]: Strides): tf.Tensor {
  const [batch, , , channels] = x.shape;
  const blocks = tf.reshape(completed(x, height * rows, width * columns), [
    batch * height,
    rows,
    width,
    columns * channels,
  ]);
  return tf.slice(blocks, [0, 0, 0, 0], [batch * height, 1, width, channels]);
}

/** With zeros below and to the right, up to this height and width. */
function completed(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  const [below, right] = [height - x.shape[1], width - x.shape[2]];
  if (below === 0 && right === 0) return x;
  return tf.pad(x, [
    [0, 0],
    [0, below],
    [0, right],
    [0, 0],
  ]);
}
