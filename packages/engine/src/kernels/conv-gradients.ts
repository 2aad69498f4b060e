import { tf } from '../tf/tf.ts';

type Conv2DInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/**
 * Gradient of a 2-D convolution with respect to its filter, as one convolution: the input with batch and channels
 * exchanged, by the output's gradient as the filter, dilated by the stride.
 *
 * @param x [batch, height, width, in]
 * @param dy [batch, outHeight, outWidth, out]
 * @returns [filterHeight, filterWidth, in, out]
 */
export function conv2dFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, padInfo } = info;
  const planes = tf.transpose(x, [3, 1, 2, 0]);
  const kernel = tf.transpose(dy, [1, 2, 0, 3]);
  // Rows and columns that no window reaches are cut off: their padding is negative.
  const bottom = filterHeight - 1 + (outHeight - 1) * strideHeight + 1 - info.inHeight - padInfo.top;
  const right = filterWidth - 1 + (outWidth - 1) * strideWidth + 1 - info.inWidth - padInfo.left;
  const gradient = convolve(planes, kernel, {
    padding: { top: padInfo.top, bottom, left: padInfo.left, right },
    dilations: [strideHeight, strideWidth],
  });
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/**
 * Gradient of a 2-D convolution with respect to its input, as one convolution: the output's gradient with zeros put
 * between its pixels, by the filter turned half round with its channels exchanged.
 *
 * @param dy [batch, outHeight, outWidth, out]
 * @param filter [filterHeight, filterWidth, in, out]
 * @returns [batch, height, width, in]
 */
export function conv2dInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: Conv2DInfo): tf.Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info;
  const spread = interleaveZeros(dy, strideHeight, strideWidth);
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D;
  const top = filterHeight - 1 - padInfo.top;
  const left = filterWidth - 1 - padInfo.left;
  const bottom = inHeight + filterHeight - 1 - spread.shape[1] - top;
  const right = inWidth + filterWidth - 1 - spread.shape[2] - left;
  return convolve(spread, turned, { padding: { top, bottom, left, right }, dilations: [1, 1] });
}

/** [n, h, w, c] -> [n, h * sh, w * sw, c], each pixel followed by zeros. */
function interleaveZeros(x: tf.Tensor4D, sh: number, sw: number): tf.Tensor4D {
  if (sh === 1 && sw === 1) return x;
  const [n, h, w, c] = x.shape;
  // [rows, 1, columns * c]: the zeros behind a pixel lie behind its channels, those behind a row behind its columns.
  const wide = tf.pad(tf.reshape(x, [n * h * w, c]), [
    [0, 0],
    [0, (sw - 1) * c],
  ]);
  const high = tf.pad(tf.reshape(wide, [n * h, w * sw * c]), [
    [0, 0],
    [0, (sh - 1) * w * sw * c],
  ]);
  return tf.reshape(high, [n, h * sh, w * sw, c]);
}

interface Window {
  readonly padding: { top: number; bottom: number; left: number; right: number };
  readonly dilations: [number, number];
}

/** Convolution of stride 1 whose padding may be negative at the bottom and the right: that much is cut off. */
function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, { padding, dilations }: Window): tf.Tensor4D {
  const [n, h, w, c] = x.shape;
  const { top, bottom, left, right } = padding;
  const kept =
    bottom < 0 || right < 0 ? tf.slice(x, 0, [n, h + Math.min(bottom, 0), w + Math.min(right, 0), c]) : x;
  const pad: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [top, Math.max(bottom, 0)],
    [left, Math.max(right, 0)],
    [0, 0],
  ];
  return tf.conv2d(kept, filter, 1, pad, 'NHWC', dilations);
}
