import { tf } from '../tf/tf.ts';

/**
 * Mends the gradient of a backend's mean of windows: tfjs (4.22) divides by the window's size at the border too, where
 * the mean itself counts image and not padding, as TensorFlow does in both.
 */
export function mendAveragePoolGradient(backendName: 'wasm' | 'webgpu'): void {
  const stock = tf.getKernel(tf.AvgPoolGrad, backendName);
  tf.unregisterKernel(tf.AvgPoolGrad, backendName);
  tf.registerKernel({
    ...stock,
    kernelFunc: (args) => {
      const { dy, input } = args.inputs as { dy: tf.Tensor4D; input: tf.Tensor4D };
      const share = shareOfPixels(input.shape, args.attrs as unknown as tf.AvgPoolGradAttrs);
      const inputs = { dy: tf.div(dy, share), input };
      const gradient = stock.kernelFunc({ ...args, inputs });
      tf.dispose([share, inputs.dy]);
      return gradient;
    },
  });
}

/** What part of each window is image: [1, outHeight, outWidth, 1]. */
function shareOfPixels(
  [, height, width]: tf.Tensor4D['shape'],
  { filterSize, strides, pad, dimRoundingMode }: tf.AvgPoolGradAttrs & { dimRoundingMode?: 'floor' },
): tf.Tensor4D {
  const shape: tf.Tensor4D['shape'] = [1, height, width, 1];
  const { padInfo } = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = padInfo;
  const margins: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return tf.tidy(() => tf.avgPool(tf.pad(tf.ones(shape), margins), filterSize, strides, 'valid'));
}
