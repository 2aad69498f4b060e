import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { hashedUniform } from '../../test/hashed-weights.ts';
import { recordedOps, type WatchedOp } from '../../test/recorded-ops.ts';
import { applyAdam } from '../capture/record/adam.ts';
import {
  conv2d,
  createDecoder,
  createEncoder,
  defaultCacheDir,
  dense,
  ENCODERS,
  type EncoderOptions,
  globalMean,
  Parameters,
  prepareEngine,
  startEngine,
  tf,
} from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

interface Variant {
  readonly decoder: boolean;
  readonly precision: 'float32' | 'bfloat16';
}

interface Shape extends Pick<EncoderOptions, 'widths'> {
  readonly name: (typeof ENCODERS)[number];
  readonly size: number;
}

/** Every op of the graphs that the training steps of a network's variants are recorded and compiled into. */
function trainingOps({ name, widths, size }: Shape, variants: readonly Variant[]): WatchedOp[] {
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

function filterGradients(ops: readonly WatchedOp[]): WatchedOp[] {
  return ops.filter(({ op }) => op === 'Conv2DBackpropFilter');
}

const PRECISIONS = ['float32', 'bfloat16'] as const;

describe.skipIf(!native)("the gradient of a strided 1 x 1 convolution's filter", () => {
  beforeAll(async () => {
    await startEngine({ ...engine, prefer: 'native' });
  });

  test.for(ENCODERS)('no training graph of %s asks for one that corrupts the heap', (name) => {
    const variants = PRECISIONS.flatMap((precision) => [
      { precision, decoder: false },
      { precision, decoder: true },
    ]);
    const ops = trainingOps({ name, size: 64 }, variants);
    expect(filterGradients(ops).length).toBeGreaterThan(0);
    expect(corrupting(ops)).toEqual([]);
  });

  test('nor does one of residual with any widths, on images of any size', () => {
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
        numRuns: 25,
        seed: 1,
        examples: [
          [{ name: 'residual', widths: [8, 16, 32, 64], decoder: true, precision: 'float32', size: 64 }],
        ],
      },
    );
  });

  test('with 16 channels and more it is left to oneDNN', () => {
    const shape = { name: 'residual', widths: [15, 16, 17], size: 32 } as const;
    const ops = trainingOps(shape, [{ decoder: false, precision: 'float32' }]);
    const strided = filterGradients(ops).filter(({ shape: [edge], stride }) => edge === 1 && stride === 2);
    expect(new Set(strided.map(({ shape }) => shape.join()))).toEqual(new Set(['1,1,16,17']));
  });

  const cases = fc.record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    from: fc.integer({ min: 1, max: 17 }),
    to: fc.integer({ min: 1, max: 5 }),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    padding: fc.constantFrom('same' as const, 'valid' as const),
  });

  test('is the sum over the pixels that the filter saw, whatever the stride', () => {
    fc.assert(
      fc.property(cases, ({ batch, height, width, from, to, strides, padding }) => {
        tf.tidy(() => {
          const x = noise('x', [batch, height, width, from]);
          const filter = noise('filter', [1, 1, from, to]);
          const y = tf.conv2d(x, filter, strides, padding);
          const dy = noise('dy', y.shape);
          const gradient = tf.grad((f) => tf.conv2d(x, f as tf.Tensor4D, strides, padding))(filter, dy);
          expect(gradient.shape).toEqual(filter.shape);
          expectClose(gradient, definition(x, dy, strides));
        });
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test('also where the convolution pads by a number', () => {
    tf.tidy(() => {
      const x = noise('x', [2, 4, 5, 3]);
      const filter = noise('filter', [1, 1, 3, 2]);
      const padded = tf.pad(x, [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ]);
      const options = { stride: 2, padding: 1 };
      const dy = noise('dy', conv2d(x, filter, options).shape);
      const gradient = tf.grad((f) => conv2d(x, f as tf.Tensor4D, options))(filter, dy);
      expectClose(gradient, definition(padded as tf.Tensor4D, dy, [2, 2]));
    });
  });
});

function noise(name: string, shape: tf.Tensor4D['shape']): tf.Tensor4D {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor4d(
    Float32Array.from(hashedUniform(name, size), (u) => 2 * u - 1),
    shape,
  );
}

/** Entry (i, o): the sum of x_i dy_o over the pixels that are seen, in doubles. */
function definition(x: tf.Tensor4D, dy: tf.Tensor4D, [down, across]: readonly [number, number]): number[] {
  const [batch, rows, columns, to] = dy.shape;
  const [, height, width, from] = x.shape;
  const [pixels, grads] = [x.dataSync(), dy.dataSync()];
  const sums = new Array<number>(from * to).fill(0);
  for (let at = 0; at < batch * rows * columns; at += 1) {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    const image = Math.floor(at / columns / rows);
    const seen = (image * height + row * down) * width + column * across;
    for (let entry = 0; entry < from * to; entry += 1) {
      const [i, o] = [Math.floor(entry / to), entry % to];
      sums[entry] =
        (sums[entry] as number) + (pixels[seen * from + i] as number) * (grads[at * to + o] as number);
    }
  }
  return sums;
}

function expectClose(actual: tf.Tensor, expected: readonly number[]): void {
  const values = actual.dataSync();
  // Sums of at most 243 products, each below 1, in float32.
  expected.forEach((value, i) => {
    expect(Math.abs((values[i] as number) - value)).toBeLessThan(1e-4);
  });
}
