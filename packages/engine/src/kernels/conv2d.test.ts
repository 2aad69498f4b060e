import * as fc from 'fast-check';
import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { hashedUniform } from '../../test/hashed-weights.ts';
import { conv2d, defaultCacheDir, prepareEngine, startEngine, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly from: number;
  readonly to: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 12 }),
    from: fc.integer({ min: 1, max: 3 }),
    to: fc.integer({ min: 1, max: 3 }),
    kernel: fc.constantFrom(1, 3, 5, 7),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel);

function noise<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor<R>(
    Float32Array.from(hashedUniform(name, size), (u) => 2 * u - 1),
    shape,
  );
}

/** Value, and gradients of a weighted sum of it for the images and the filter. */
function outcome(
  convolve: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor4D,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
) {
  const value = convolve(x, filter);
  const weights = noise<tf.Rank.R4>('dy', value.shape);
  const gradients = tf.grads((a, b) => tf.sum(tf.mul(convolve(a as tf.Tensor4D, b as tf.Tensor4D), weights)))(
    [x, filter],
  );
  return { value, dx: gradients[0] as tf.Tensor, dFilter: gradients[1] as tf.Tensor };
}

function expectSame(actual: tf.Tensor, expected: tf.Tensor, what: string): void {
  expect(actual.shape, what).toEqual(expected.shape);
  const difference = tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0] as number;
  // Sums of at most 300 products, each below 1.
  expect(difference, what).toBeLessThan(1e-4);
}

describe.for(['native', 'wasm'] as const)('conv2d on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test('padded by a number it is the valid convolution of the padded images, with its gradients', () => {
    fc.assert(
      fc.property(cases, ({ batch, height, width, from, to, kernel, stride, padding }) => {
        tf.tidy(() => {
          const x = noise<tf.Rank.R4>('x', [batch, height, width, from]);
          const filter = noise<tf.Rank.R4>('filter', [kernel, kernel, from, to]);
          const margin: [number, number] = [padding, padding];
          const ours = outcome((a, b) => conv2d(a, b, { stride, padding }), x, filter);
          const definition = outcome(
            (a, b) => tf.conv2d(tf.pad(a, [[0, 0], margin, margin, [0, 0]]), b, stride, 'valid'),
            x,
            filter,
          );
          expectSame(ours.value, definition.value, 'value');
          expectSame(ours.dx, definition.dx, 'gradient of the images');
          expectSame(ours.dFilter, definition.dFilter, 'gradient of the filter');
        });
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test.for(['same', 'valid'] as const)('%s padding is TensorFlow’s own', (padding) => {
    tf.tidy(() => {
      const x = noise<tf.Rank.R4>('x', [2, 7, 8, 2]);
      const filter = noise<tf.Rank.R4>('filter', [3, 3, 2, 3]);
      const ours = outcome((a, b) => conv2d(a, b, { stride: 2, padding }), x, filter);
      const theirs = outcome((a, b) => tf.conv2d(a, b, 2, padding), x, filter);
      expectSame(ours.value, theirs.value, 'value');
      expectSame(ours.dx, theirs.dx, 'gradient of the images');
      expectSame(ours.dFilter, theirs.dFilter, 'gradient of the filter');
    });
  });

  test('a convolution that can be reckoned by hand', () => {
    // 1 2 / 3 4 in a ring of zeros, summed over 3 x 3 at every second pixel: once, at the first.
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const y = conv2d(x, tf.ones([3, 3, 1, 1]), { stride: 2, padding: 1 });
    expect(y.shape).toEqual([1, 1, 1, 1]);
    expect(y.dataSync()[0]).toBe(10);
    expect([...conv2d(x, tf.ones([1, 1, 1, 1]), { stride: 2, padding: 1 }).dataSync()]).toEqual([0, 0, 0, 4]);
  });
});
