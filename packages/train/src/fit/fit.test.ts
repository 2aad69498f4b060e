import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_FINDINGS, modelConfig, trainConfig } from '@viewgap/contracts';
import { decodeSafetensors, defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { type Images, labelledImages } from '../catalog/read-images.ts';
import { type ImageLoaders, startImageLoaders } from '../pixels/image-feed.ts';
import { type Fit, fitModel } from './fit.ts';

const common = trainConfig.parse({
  encoder: { name: 'residual', widths: [8, 16] },
  epochs: 6,
  batchSize: 8,
  learningRate: 0.003,
});
let folder: string;
let data: { train: Images; val: Images; loaders: ImageLoaders };

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-fit-'));
  const { catalog, store } = await plantedCatalog(folder, 96);
  const images = join(catalog, 'catalog.duckdb');
  data = {
    train: await labelledImages(images, ['train']),
    val: await labelledImages(images, ['val']),
    loaders: startImageLoaders(store, SIZE),
  };
});

afterAll(async () => {
  await data.loaders.close();
  await rm(folder, { recursive: true, force: true });
});

function fit(decoder: object | null, seed = 0): Promise<Fit> {
  return fitModel(
    {
      common,
      model: modelConfig.parse({ decoder }),
      seed,
      size: SIZE,
      findings: DEFAULT_FINDINGS,
      pretrained: null,
    },
    data,
  );
}

test('a model learns a planted finding, and the best epoch is the one that is kept', async () => {
  const { history } = await fit(null);
  expect(history).toHaveLength(6);
  expect(history.at(-1)?.train.classification).toBeLessThan((history[0]?.train.classification ?? 0) / 2);
  const best = history.findLast((line) => line.best);
  expect(best?.val.auroc.all).toBeGreaterThan(0.95);
  expect(Math.max(...history.map((line) => line.val.auroc.all ?? 0))).toBe(best?.val.auroc.all);
});

test('Model 2 starts from the same encoder and head, sees the same images in the same order, for as many steps', async () => {
  const [one, two] = [await fit(null), await fit({ lambda: 1 })];
  expect(two.fairness).toEqual(one.fairness);
  expect((await fit(null, 1)).fairness.batch_order).not.toBe(one.fairness.batch_order);
  expect(one.history[0]?.train.reconstruction).toBeNull();
  const [first, last] = [two.history[0], two.history.at(-1)];
  expect(last?.train.reconstruction).toBeLessThan((first?.train.reconstruction ?? 0) / 2);
  expect(last?.val.reconstruction).toBeGreaterThan(0);
});

test('with lambda 0 Model 2 is Model 1: the same losses, the same encoder and head in the end', async () => {
  const [one, two] = [await fit(null), await fit({ lambda: 0 })];
  two.history.forEach((line, i) => {
    expect(line.train.classification).toBeCloseTo(one.history[i]?.train.classification ?? Number.NaN, 4);
  });
  const [weights, same] = [decodeSafetensors(one.weights).tensors, decodeSafetensors(two.weights).tensors];
  expect([...weights.keys()].every((name) => /^(encoder|head)\//.test(name))).toBe(true);
  expect([...same.keys()].some((name) => name.startsWith('decoder/'))).toBe(true);
  for (const [name, { data }] of weights) {
    const other = same.get(name)?.data ?? new Float32Array();
    const difference = Math.max(...data.map((value, i) => Math.abs(value - (other[i] ?? Number.NaN))));
    expect(difference, name).toBeLessThan(1e-3);
  }
});

test('the same seed gives the same run, another seed another', async () => {
  const [a, b, c] = [await fit(null, 5), await fit(null, 5), await fit(null, 6)];
  expect(a.history.at(-1)?.val.classification).toBeCloseTo(
    b.history.at(-1)?.val.classification ?? Number.NaN,
    4,
  );
  expect(a.history.at(-1)?.val.classification).not.toBeCloseTo(
    c.history.at(-1)?.val.classification ?? Number.NaN,
    4,
  );
});

test('a training leaves no tensor behind', async () => {
  await fit({ lambda: 1 });
  const before = tf.memory().numTensors;
  await fit({ lambda: 1 });
  expect(tf.memory().numTensors).toBe(before);
});

test('a loss that is not finite stops the training with the step and a cure', async () => {
  const wild = { ...common, learningRate: 1e30 };
  await expect(
    fitModel(
      {
        common: wild,
        model: modelConfig.parse({}),
        seed: 0,
        size: SIZE,
        findings: DEFAULT_FINDINGS,
        pretrained: null,
      },
      data,
    ),
  ).rejects.toThrow(
    /the loss is not finite: step 2, images (\d{8}_\d{3}\.png ){7}\d{8}_\d{3}\.png \(lower train\.common\.learningRate\)/,
  );
});
