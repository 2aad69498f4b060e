import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { defaultCacheDir, startEngine, tf } from '../index.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {}, prefer: 'wasm' });
});

interface Case {
  readonly x: [number, number, number, number];
  readonly filter: [number, number, number, number];
  readonly stride: [number, number];
  readonly pad: 'same' | 'valid';
}

const convolution: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 1, max: 12 }),
    width: fc.integer({ min: 1, max: 12 }),
    kernelHeight: fc.constantFrom(1, 2, 3, 5, 7),
    kernelWidth: fc.constantFrom(1, 2, 3, 5, 7),
    channels: fc.integer({ min: 1, max: 4 }),
    out: fc.integer({ min: 1, max: 4 }),
    stride: fc.tuple(fc.constantFrom(1, 2, 3), fc.constantFrom(1, 2, 3)),
    pad: fc.constantFrom('same', 'valid'),
  })
  .filter((c) => c.pad === 'same' || (c.height >= c.kernelHeight && c.width >= c.kernelWidth))
  .map((c) => ({
    x: [c.batch, c.height, c.width, c.channels],
    filter: [c.kernelHeight, c.kernelWidth, c.channels, c.out],
    stride: c.stride,
    pad: c.pad,
  }));

const inner = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(a, b)).dataSync()[0] as number;

// A convolution is linear in its input and in its filter, so its gradients are the adjoint maps, and
// <conv(x, f), dy> = <x, dX(dy)> = <f, dF(dy)> for every x, f and dy holds for them and for no other maps.
test('the gradients on WASM are the adjoints of its convolution, for every stride, padding and kernel', () => {
  fc.assert(
    fc.property(convolution, fc.nat(), ({ x, filter, stride, pad }, seed) => {
      tf.tidy(() => {
        const input = tf.randomUniform<tf.Rank.R4>(x, -1, 1, 'float32', seed);
        const kernel = tf.randomUniform<tf.Rank.R4>(filter, -1, 1, 'float32', seed + 1);
        const y = tf.conv2d(input, kernel, stride, pad);
        const dy = tf.randomUniform<tf.Rank.R4>(y.shape, -1, 1, 'float32', seed + 2);
        const gradients = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad));
        const [dX, dF] = gradients([input, kernel], dy) as [tf.Tensor4D, tf.Tensor4D];
        expect(dX.shape).toEqual(x);
        expect(dF.shape).toEqual(filter);
        const forward = inner(y, dy);
        const scale = Math.sqrt(inner(y, y) * inner(dy, dy)) + 1e-6;
        expect(Math.abs(inner(input, dX) - forward) / scale).toBeLessThan(1e-5);
        expect(Math.abs(inner(kernel, dF) - forward) / scale).toBeLessThan(1e-5);
        // Inputs other than those that the gradients were taken at.
        const other = tf.randomUniform<tf.Rank.R4>(x, -1, 1, 'float32', seed + 3);
        expect(
          Math.abs(inner(other, dX) - inner(tf.conv2d(other, kernel, stride, pad), dy)) / scale,
        ).toBeLessThan(1e-5);
      });
    }),
    { numRuns: 200 },
  );
});

test('the gradients leave no tensor behind', () => {
  const x = tf.ones<tf.Rank.R4>([2, 9, 9, 3]);
  const filter = tf.ones<tf.Rank.R4>([3, 3, 3, 4]);
  const before = tf.memory().numTensors;
  const gradients = tf.grads((a, b) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'same'))([x, filter]);
  tf.dispose(gradients);
  expect(tf.memory().numTensors).toBe(before);
});
