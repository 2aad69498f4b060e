import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { beforeAll, expect, test } from 'vitest';
import { clipped, withoutGradient } from './gradients.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

test('gradients are scaled to the largest norm, each group by its own', () => {
  const grads = {
    a: tf.tensor1d([3, 0]),
    b: tf.tensor2d([[4]]),
    c: tf.tensor1d([100]),
    d: tf.tensor1d([0.1]),
  };
  const all = clipped(grads, [['a', 'b'], ['c'], ['d']], 1);
  expect([...(all.a?.dataSync() ?? [])].map((v) => v.toFixed(5))).toEqual(['0.60000', '0.00000']);
  expect(all.b?.dataSync()[0]).toBeCloseTo(0.8, 6);
  expect(all.c?.dataSync()[0]).toBeCloseTo(1, 6);
  expect(all.d?.dataSync()[0]).toBeCloseTo(0.1, 7);
});

test('what a gradient does not pass is the same forwards', () => {
  const x = tf.tensor1d([2, 3]);
  const loss = (z: tf.Tensor) => tf.sum(tf.add(tf.square(z), tf.mul(5, withoutGradient(z))));
  expect(loss(x).dataSync()[0]).toBe(4 + 9 + 25);
  expect([...tf.grad(loss)(x).dataSync()]).toEqual([4, 6]);
});
