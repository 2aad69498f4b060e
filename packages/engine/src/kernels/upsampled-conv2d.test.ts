import * as fc from 'fast-check';
import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { hashedUniform } from '../../test/hashed-weights.ts';
import { defaultCacheDir, prepareEngine, startEngine, tf, upsampledConv2d } from '../index.ts';
import { upsampledInference } from './upsampled-conv2d.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

const cases = fc.record({
  batch: fc.integer({ min: 1, max: 2 }),
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
  from: fc.integer({ min: 1, max: 4 }),
  to: fc.integer({ min: 1, max: 4 }),
});

function noise(name: string, shape: [number, number, number, number]): tf.Tensor4D {
  const size = shape.reduce((product, n) => product * n, 1);
  return tf.tensor4d(
    Float32Array.from(hashedUniform(name, size), (u) => 2 * u - 1),
    shape,
  );
}

describe.for(['native', 'wasm'] as const)('upsampledConv2d on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test('is a convolution of the image drawn twice as large, with its gradients', () => {
    fc.assert(
      fc.property(cases, ({ batch, height, width, from, to }) => {
        tf.tidy(() => {
          const x = noise('x', [batch, height, width, from]);
          const filter = noise('filter', [3, 3, from, to]);
          const dy = noise('dy', [batch, 2 * height, 2 * width, to]);
          // Values, then the gradients of a weighted sum of them.
          const outcome = (convolve: (a: tf.Tensor4D, b: tf.Tensor4D) => tf.Tensor4D) => [
            convolve(x, filter),
            ...tf.grads((a, b) => tf.sum(tf.mul(convolve(a as tf.Tensor4D, b as tf.Tensor4D), dy)))([
              x,
              filter,
            ]),
          ];
          const definition = outcome((a, b) => tf.conv2d(twice(a), b, 1, 'same'));
          const [values] = definition as [tf.Tensor4D];
          const pairs = [
            ...outcome(upsampledConv2d).map((ours, i) => [ours, definition[i] as tf.Tensor] as const),
            [upsampledInference(x, filter, (part) => tf.relu(part)), tf.relu(values)] as const,
          ];
          for (const [ours, theirs] of pairs) {
            expect(ours.shape).toEqual(theirs.shape);
            // Sums of at most 300 products, each below 1.
            expect(tf.max(tf.abs(tf.sub(ours, theirs))).dataSync()[0]).toBeLessThan(1e-4);
          }
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('what can be reckoned by hand: in a row of ones, sums over 3 x 3 pixels', () => {
    const y = upsampledConv2d(tf.ones([1, 1, 9, 1]), tf.ones([3, 3, 1, 1]));
    expect(y.shape).toEqual([1, 2, 18, 1]);
    const row = [4, ...Array<number>(16).fill(6), 4];
    expect([...y.dataSync()]).toEqual([...row, ...row]);
  });
});

/** By the definition: a Kronecker product with 2 x 2 ones. */
function twice(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const spread = tf.mul(tf.reshape(x, [batch * height, 1, width, 1, channels]), tf.ones([1, 2, 1, 2, 1]));
  return tf.reshape(spread, [batch, 2 * height, 2 * width, channels]);
}
