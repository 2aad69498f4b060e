import { modelConfig, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { beforeAll, expect, test } from 'vitest';
import { operationsOf, settingsOf } from './control.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

const common = trainConfig.parse({ encoder: { widths: [4, 8] }, epochs: 10, batchSize: 8 });
const model1 = modelConfig.parse({});
const model2 = modelConfig.parse({ decoder: { widths: [8, 4] } });
const setting = { rival: model2, size: 32, images: 80, findings: 5 };

test('a model that is no control is trained by what all share', () => {
  expect(settingsOf(common, model2, setting)).toBe(common);
});

test('a control of equal operations takes as many more steps as the other costs more for each', () => {
  const control = modelConfig.parse({ control: { flopsOf: 'model2' } });
  const changed = settingsOf(common, control, setting);
  const [one, two] = [operationsOf(common, model1, 32, 5), operationsOf(common, model2, 32, 5)];
  expect(two).toBeGreaterThan(one);
  expect(changed).toEqual({ ...common, steps: Math.round((100 * two) / one) });
  expect((changed.steps ?? 0) * one).toBeGreaterThan(100 * two - one);
});

test('what it declares it changes, and nothing else', () => {
  const control = modelConfig.parse({ control: { epochs: 4, learningRate: 0.01 } });
  expect(settingsOf({ ...common, steps: 7 }, control, { ...setting, rival: null })).toEqual({
    ...common,
    epochs: 4,
    steps: null,
    learningRate: 0.01,
  });
});

test('operations are those of a step: three times the forward products, by hand', () => {
  // Stem at 16 x 16, one block of two 3 x 3 convolutions there, one at 8 x 8 with its projection, the head.
  const forward = 16 ** 2 * 9 * (4 + 16 + 16) + 8 ** 2 * (9 * 32 + 9 * 64 + 32) + 8 * 5;
  const before = tf.memory().numTensors;
  expect(operationsOf(common, model1, 32, 5)).toBe(3 * forward);
  expect(tf.memory().numTensors).toBe(before);
});
