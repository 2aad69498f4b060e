import { beforeAll, expect, test } from 'vitest';
import { defaultCacheDir, startEngine, tf } from '../index.ts';
import { Parameters } from './parameters.ts';

beforeAll(() => startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} }));

const values = (variable: tf.Variable) => [...variable.dataSync()];

test('a weight starts from its seed and its name alone, whatever is made before it', () => {
  const one = new Parameters(1).he('encoder/conv1.weight', [3, 3, 2, 4]);
  const parameters = new Parameters(1);
  parameters.he('head.weight', [4, 5]);
  const same = parameters.scope('encoder').he('conv1.weight', [3, 3, 2, 4]);
  expect(values(same)).toEqual(values(one));
  expect(values(new Parameters(2).he('encoder/conv1.weight', [3, 3, 2, 4]))).not.toEqual(values(one));
  expect(values(parameters.he('other', [3, 3, 2, 4]))).not.toEqual(values(one));
});

test('kernels are drawn with a variance of 2 over the fan-in', () => {
  const { mean, variance } = tf.moments(new Parameters(0).he('w', [3, 3, 50, 100]));
  expect(mean.dataSync()[0]).toBeCloseTo(0, 3);
  // 45,000 values: a standard error of 0.7 %.
  expect((variance.dataSync()[0] as number) * 450).toBeGreaterThan(1.96);
  expect((variance.dataSync()[0] as number) * 450).toBeLessThan(2.04);
});

test('weights are found by part, by scope and by whether they are trained; two of one name are refused', () => {
  const before = tf.memory().numTensors;
  const parameters = new Parameters(0);
  const encoder = parameters.scope('encoder');
  encoder.constant('bn1.weight', 3, 1);
  encoder.constant('bn1.running_mean', 3, 0, false);
  parameters.constant('head.bias', 2, 0.5);
  expect([...encoder.own().keys()]).toEqual(['bn1.weight', 'bn1.running_mean']);
  expect([...parameters.within(['encoder']).keys()]).toEqual([
    'encoder/bn1.weight',
    'encoder/bn1.running_mean',
  ]);
  expect([...parameters.all().keys()].at(-1)).toBe('head.bias');
  expect(parameters.trainable().map(({ shape }) => shape)).toEqual([[3], [2]]);
  expect(() => encoder.constant('bn1.weight', 3, 1)).toThrow('two weights are named encoder/bn1.weight');
  parameters.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
