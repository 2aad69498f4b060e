import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  expectNoCorruption,
  expectNoCorruptionOfAny,
  filterGradients,
  trainingOps,
} from '../../test/filter-gradients.ts';
import { hashedUniform } from '../../test/hashed-weights.ts';
import { conv2d, defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

describe.skipIf(!native)("the gradient of a strided 1 x 1 convolution's filter", () => {
  beforeAll(async () => {
    await startEngine({ ...engine, prefer: 'native' });
  });

  test.for(['residual', 'resnet18'] as const)(
    'no training graph of %s asks for one that corrupts the heap',
    expectNoCorruption,
  );

  test('nor does one of residual with any widths, on images of any size', () => expectNoCorruptionOfAny(6));

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
