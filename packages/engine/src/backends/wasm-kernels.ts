import { conv2dFilterGradient, conv2dInputGradient } from '../kernels/conv-gradients.ts';
import { mendAveragePoolGradient } from '../kernels/pool-gradient.ts';
import { tf } from '../tf/tf.ts';

const BACKEND = 'wasm';

/**
 * Gives the WASM backend the gradients of a convolution, composed of its own: it has none for the filter, and that for
 * the input is a plain loop. And mends its convolution, which is wrong (tfjs 4.22) for padding 'same' with a stride
 * above the kernel's size in one axis, but right when the same padding is given in numbers.
 *
 * To be called once, before the backend is first set.
 */
export function registerWasmKernels(): void {
  const stock = tf.getKernel(tf.Conv2D, BACKEND);
  replace({
    ...stock,
    kernelFunc: (args) => {
      const attrs = args.attrs as unknown as tf.Conv2DAttrs;
      const { x, filter } = args.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
      const pad = paddingInNumbers(x.shape, filter.shape, attrs);
      return stock.kernelFunc({ ...args, attrs: { ...args.attrs, pad } });
    },
  });
  compose(tf.Conv2DBackpropFilter, (inputs, attrs) => {
    const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
    return conv2dFilterGradient(x, dy, info);
  });
  compose(tf.Conv2DBackpropInput, (inputs, attrs) => {
    const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
    const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    return conv2dInputGradient(dy, filter, info);
  });
  mendAveragePoolGradient(BACKEND);
}

function paddingInNumbers(
  x: tf.Tensor4D['shape'],
  filter: tf.Tensor4D['shape'],
  { strides, pad, dilations, dimRoundingMode }: tf.Conv2DAttrs,
): tf.Conv2DAttrs['pad'] {
  if (pad !== 'same') return pad;
  const { padInfo } = tf.backend_util.computeConv2DInfo(x, filter, strides, dilations, pad, dimRoundingMode);
  return [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
}

type Composition = (inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap) => tf.Tensor;

function compose(kernelName: string, composition: Composition): void {
  replace({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => composition(inputs as tf.NamedTensorInfoMap, attrs as tf.NamedAttrMap)),
  });
}

function replace(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) {
    tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  tf.registerKernel(kernel);
}
