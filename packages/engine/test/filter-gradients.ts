import * as fc from 'fast-check';
import { expect } from 'vitest';
import { applyAdam } from '../src/capture/record/adam.ts';
import {
  createDecoder,
  createEncoder,
  dense,
  type ENCODERS,
  type EncoderOptions,
  globalMean,
  Parameters,
  tf,
} from '../src/index.ts';
import { recordedOps, type WatchedOp } from './recorded-ops.ts';

interface Variant {
  readonly decoder: boolean;
  readonly precision: 'float32' | 'bfloat16';
}

interface Shape extends Pick<EncoderOptions, 'widths'> {
  readonly name: (typeof ENCODERS)[number];
  readonly size: number;
}

/** Every op of the graphs that the training steps of a network's variants are recorded and compiled into. */
export function trainingOps({ name, widths, size }: Shape, variants: readonly Variant[]): WatchedOp[] {
  const parameters = new Parameters(0);
  const encoder = createEncoder(name, parameters, widths ? { widths } : {});
  const head = dense(parameters.scope('head'), 'logits', encoder.features, 5);
  const classifier = parameters.trainable();
  const drawn = createDecoder(parameters, encoder, size);
  const stepOf = (decoder: boolean) => (images: tf.Tensor | undefined) => {
    const trained = decoder ? parameters.trainable() : classifier;
    const { value, grads } = tf.variableGrads(() => {
      const features = encoder.apply(images as tf.Tensor4D, true);
      const loss = tf.mean<tf.Scalar>(head(globalMean(features)));
      return decoder ? tf.add(loss, tf.mean(drawn.apply(features, true))) : loss;
    }, trained);
    applyAdam(grads, 1e-3);
    return value as tf.Tensor;
  };
  const inputs = [{ shape: [3, size, size, 1] }];
  const variables = Object.fromEntries(parameters.all());
  const ops = variants.flatMap(({ decoder, precision }) =>
    recordedOps(stepOf(decoder), { inputs, variables, precision }),
  );
  parameters.dispose();
  return ops;
}

/** The gradients of filters for which oneDNN writes out of bounds. Whether it crashes depends on the machine. */
function corrupting(ops: readonly WatchedOp[]): WatchedOp[] {
  return filterGradients(ops).filter(({ shape: [height, width, from = 0], stride }) => {
    return height === 1 && width === 1 && from < 16 && stride > 1;
  });
}

export function filterGradients(ops: readonly WatchedOp[]): WatchedOp[] {
  return ops.filter(({ op }) => op === 'Conv2DBackpropFilter');
}

const PRECISIONS = ['float32', 'bfloat16'] as const;

/** The four training graphs of an encoder compute no filter gradient of a shape that corrupts the heap. */
export function expectNoCorruption(name: (typeof ENCODERS)[number]): void {
  const variants = PRECISIONS.flatMap((precision) => [
    { precision, decoder: false },
    { precision, decoder: true },
  ]);
  const ops = trainingOps({ name, size: 64 }, variants);
  expect(filterGradients(ops).length).toBeGreaterThan(0);
  expect(corrupting(ops)).toEqual([]);
}

/** Nor does that of an encoder `residual` with any widths, on images of any size. */
export function expectNoCorruptionOfAny(runs: number): void {
  const networks = fc.record({
    name: fc.constant('residual' as const),
    widths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
    decoder: fc.boolean(),
    precision: fc.constantFrom(...PRECISIONS),
    size: fc.integer({ min: 8, max: 70 }),
  });
  fc.assert(
    fc.property(networks, (network) => {
      expect(corrupting(trainingOps(network, [network]))).toEqual([]);
    }),
    {
      numRuns: runs,
      seed: 1,
      examples: [
        [{ name: 'residual', widths: [8, 16, 32, 64], decoder: true, precision: 'float32', size: 64 }],
      ],
    },
  );
}
