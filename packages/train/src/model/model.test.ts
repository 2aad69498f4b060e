import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelConfig, trainConfig } from '@viewgap/contracts';
import {
  createEncoder,
  defaultCacheDir,
  ENCODERS,
  encodeSafetensors,
  Parameters,
  startEngine,
  tf,
} from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModel, loadPretrained } from './model.ts';
import { pretrainedFile } from './pretrained.ts';

const folder = mkdtempSync(join(tmpdir(), 'viewgap-model-'));
const options = { cacheDir: defaultCacheDir(process.env), env: process.env, log: () => {} };
beforeAll(() => startEngine(options));
afterAll(() => rmSync(folder, { recursive: true }));

const images = () => tf.randomUniform<tf.Rank.R4>([2, 32, 32, 1], 0, 1, 'float32', 1);
const modelOf = (encoder: object, model: object = {}, seed = 0) =>
  createModel(trainConfig.parse({ encoder }), modelConfig.parse(model), 32, seed, 5);

test.for(ENCODERS)('pipeline.json may name %s, and it scores images', (name) => {
  const model = modelOf({ name });
  const { logits, reconstruction } = model.apply(images(), false);
  expect(logits.shape).toEqual([2, 5]);
  expect(reconstruction).toBeNull();
  model.parameters.dispose();
});

test('the decoder draws the share of the image that pipeline.json asks for', () => {
  const decoder = { outputFraction: 0.5, widths: [8, 4, 4] };
  const model = modelOf({}, { decoder });
  expect(model.apply(images(), false).reconstruction?.shape).toEqual([2, 16, 16, 1]);
  expect(model.apply(images(), false, false).reconstruction).toBeNull();
});

test('a decoder beside them changes neither the encoder nor the head', () => {
  const parts = (model: object) => [...modelOf({}, model, 3).parameters.within(['encoder', 'head']).values()];
  const [one, two] = [parts({}), parts({ decoder: {} })];
  expect(one.map((weight) => weight.dataSync())).toEqual(two.map((weight) => weight.dataSync()));
});

test('a training may start from a file of PyTorch names, for images normalised in its own way', async () => {
  const source = createEncoder('resnet18', new Parameters(9));
  const tensors = [...source.weights].map(([name, weight]) => {
    const kernel = weight.shape.length === 4 ? tf.transpose(weight, [3, 2, 0, 1]) : weight;
    return [name, { shape: kernel.shape, data: kernel.dataSync<'float32'>() }] as const;
  });
  const normalisation = JSON.stringify({ mean: [0.3], deviation: [0.2] });
  writeFileSync(join(folder, 'own.safetensors'), encodeSafetensors(new Map(tensors), { normalisation }));
  const encoder = trainConfig.parse({ encoder: { name: 'resnet18', weights: 'own.safetensors' } }).encoder;
  const file = await pretrainedFile(encoder, folder, options);
  const model = modelOf(encoder);
  await loadPretrained(model, file ?? '');
  const wanted = source.apply(tf.div(tf.sub(images(), 0.3), 0.2), false);
  const seen = model.encoder.apply(tf.div(tf.sub(images(), 0.5), 0.25), false);
  expect(tf.max(tf.abs(tf.sub(seen, wanted))).dataSync()[0]).toBeLessThan(1e-4);
  expect(await pretrainedFile(trainConfig.parse({}).encoder, folder, options)).toBeNull();
});

test('films that differ in brightness and contrast alone score the same where each is normalised', () => {
  const film = tf.add<tf.Tensor4D>(tf.mul(images(), 0.5), 0.2);
  const other = tf.add<tf.Tensor4D>(tf.mul(film, 0.7), 0.1);
  const distance = (normalise: string) => {
    const model = createModel(trainConfig.parse({ normalise }), modelConfig.parse({}), 32, 0, 5);
    const [one, two] = [film, other].map((x) => model.apply(x, false).logits) as [tf.Tensor, tf.Tensor];
    return tf.max(tf.abs(tf.sub(one, two))).dataSync()[0];
  };
  expect(distance('fixed')).toBeGreaterThan(0.1);
  expect(distance('image')).toBeLessThan(0.005);
});
