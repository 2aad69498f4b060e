import { modelConfig, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { beforeAll, expect, test } from 'vitest';
import { gradCam } from './grad-cam.ts';
import { createModel } from './model.ts';

beforeAll(() => startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} }));

/** Two features on a map of 2 x 2. */
const MAP = () => tf.tensor4d([1, 0, 2, 1, 0, 3, 4, 1], [1, 2, 2, 2]);

test('of a linear head on the mean it is the class activation map, worked out by hand', async () => {
  const weights = tf.tensor2d([2, -1, -1, 3], [2, 2]);
  const classify = (map: tf.Tensor4D) => tf.matMul(tf.mean<tf.Tensor2D>(map, [1, 2]), weights);
  // Finding 0 weighs the features by 2 and -1: at the four positions 2, 3, -3 and 7; over 7, and not below 0.
  const cam = gradCam(classify as never, MAP(), 0);
  expect(cam.shape).toEqual([2, 2]);
  const found = [...(await cam.data())];
  [2 / 7, 3 / 7, 0, 1].forEach((wanted, i) => {
    expect(found[i]).toBeCloseTo(wanted, 6);
  });
  // Finding 1 weighs them by -1 and 3: -1, 1, 9, -1.
  const other = [...(await gradCam(classify as never, MAP(), 1).data())];
  [0, 1 / 9, 1, 0].forEach((wanted, i) => {
    expect(other[i]).toBeCloseTo(wanted, 6);
  });
});

test('of a head that is not linear the derivative weighs the features, where the map is', async () => {
  // The logit is the square of the mean of the first feature: its derivative is the same at every position.
  const classify = (map: tf.Tensor4D) =>
    tf.square(tf.slice(tf.mean<tf.Tensor2D>(map, [1, 2]), [0, 0], [1, 1])) as tf.Tensor2D;
  const found = [...(await gradCam(classify, MAP(), 0).data())];
  [1 / 4, 2 / 4, 0, 1].forEach((wanted, i) => {
    expect(found[i]).toBeCloseTo(wanted, 6);
  });
});

test("of the study's own model it is the head's weights over the map", async () => {
  const common = trainConfig.parse({ encoder: { name: 'residual', widths: [8, 16] } });
  const model = createModel(common, modelConfig.parse({}), 32, 4, 5);
  const images = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 1], 0, 1, 'float32', 2);
  const { encoded } = model.apply(images, false);
  const weights = model.parameters.all().get('head/logits.weight') as tf.Variable;
  const column = tf.slice(weights, [0, 3], [-1, 1]);
  const sum = tf.relu(tf.squeeze(tf.matMul(tf.reshape(encoded, [-1, 16]), column as tf.Tensor2D)));
  const wanted = [...(await tf.div(sum, tf.max(sum)).data())];
  const found = [...(await gradCam(model.classify, encoded, 3).data())];
  expect(Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] as number))))).toBeLessThan(1e-5);
  model.parameters.dispose();
});

test('where nothing speaks for the finding the map is empty', async () => {
  const classify = (map: tf.Tensor4D) => tf.neg(tf.mean<tf.Tensor2D>(map, [1, 2])) as tf.Tensor2D;
  expect([...(await gradCam(classify, MAP(), 0).data())]).toEqual([0, 0, 0, 0]);
});
