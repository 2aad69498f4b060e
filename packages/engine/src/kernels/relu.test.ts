import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { defaultCacheDir, prepareEngine, relu, startEngine, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

describe.for(['native', 'wasm'] as const)('relu on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test('is max(x, 0), with a gradient of 1 above zero and of 0 below it and at it', () => {
    const x = tf.tensor2d([-2, -1e-30, 0, -0, 1e-30, 3], [2, 3]);
    const y = relu(x);
    expect(y.shape).toEqual([2, 3]);
    expect([...y.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0, Math.fround(1e-30), 3]);
    const dy = tf.tensor2d([5, 6, 7, 8, 9, 10], [2, 3]);
    const dx = tf.grad((a) => tf.sum(tf.mul(relu(a), dy)))(x);
    expect([...dx.dataSync()].map(Math.abs)).toEqual([0, 0, 0, 0, 9, 10]);
  });

  test('leaves no tensor behind', () => {
    const x = tf.tensor1d([-1, 2]);
    const before = tf.memory().numTensors;
    tf.grad((a) => tf.sum(relu(a)))(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
