import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import { mendFilterGradient } from '../kernels/filter-gradient.ts';
import { tf } from '../tf/tf.ts';

/** Registers the kernels that tfjs-node lacks and TensorFlow has, and replaces the one that TensorFlow computes wrongly. */
export function registerNativeKernels(): void {
  mendFilterGradient();
  tf.registerKernel({
    kernelName: tf.Transform,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) =>
      transform(
        inputs as unknown as TransformTensors,
        attrs as unknown as tf.TransformAttrs,
        backend as NodeJSKernelBackend,
      ),
  });
}

interface TransformTensors {
  readonly image: tf.Tensor4D;
  readonly transforms: tf.Tensor2D;
}

function transform(
  { image, transforms }: TransformTensors,
  { interpolation, fillMode, fillValue, outputShape }: tf.TransformAttrs,
  backend: NodeJSKernelBackend,
): tf.Tensor {
  const { TF_ATTR_TYPE, TF_ATTR_STRING } = backend.binding;
  const attrs = [
    { name: 'dtype', type: TF_ATTR_TYPE, value: backend.getDTypeInteger(image.dtype) },
    { name: 'interpolation', type: TF_ATTR_STRING, value: interpolation.toUpperCase() },
    { name: 'fill_mode', type: TF_ATTR_STRING, value: fillMode.toUpperCase() },
  ];
  const [height, width] = outputShape ?? [image.shape[1], image.shape[2]];
  return tf.tidy(() =>
    backend.executeSingleOutput('ImageProjectiveTransformV3', attrs, [
      image,
      transforms,
      tf.tensor1d([height, width], 'int32'),
      tf.scalar(fillValue),
    ]),
  );
}
