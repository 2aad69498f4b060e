import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_FINDINGS, modelConfig, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { labelledImages } from '../catalog/read-images.ts';
import { startImageLoaders } from '../pixels/image-feed.ts';
import { fitModel } from './fit.ts';
import type { FitData } from './fit-loop.ts';
import { TRAINING_VERSION } from './training-version.ts';

/** Losses of the first four steps by the loss of reconstruction: [classification, reconstruction]. */
const GOLDEN: Readonly<Record<string, readonly (readonly [number, number])[]>> = {
  l1: [
    [0.961859, 0.579234],
    [0.888953, 0.47807],
    [0.90333, 0.43021],
    [0.832623, 0.3834],
  ],
  l2: [
    [0.961859, 0.578783],
    [0.89509, 0.380907],
    [0.915769, 0.300588],
    [0.846168, 0.249222],
  ],
  ssim: [
    [0.961859, 1.00146],
    [0.879061, 0.985627],
    [0.897192, 0.971765],
    [0.825622, 0.93878],
  ],
};

/**
 * Another processor adds in another order: with oneDNN and without, these losses differ by 2e-7, those of the demo's fifth
 * step by 1.4e-4. What changes a training (order, augmentation, initial weights, rates) moves them by more than this.
 */
const TOLERANCE = 5e-4;

let folder: string;
let data: FitData;

beforeAll(async () => {
  process.env.TF_NUM_INTRAOP_THREADS = '1';
  process.env.TF_NUM_INTEROP_THREADS = '1';
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-version-'));
  const { catalog, store } = await plantedCatalog(folder, 64);
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

test.for(['l1', 'l2', 'ssim'])('the first losses with %s are those of the version', async (loss) => {
  const losses: (readonly [number, number])[] = [];
  const common = trainConfig.parse({
    encoder: { name: 'residual', widths: [8, 16] },
    steps: 4,
    batchSize: 8,
    learningRate: 0.003,
    precision: 'float32',
  });
  const model = modelConfig.parse({ decoder: { lambda: 0.5, loss } });
  const step = ({ loss }: { loss: { classification: number; reconstruction: number | null } }) => {
    losses.push([loss.classification, loss.reconstruction ?? Number.NaN]);
  };
  await fitModel({ common, model, seed: 3, size: SIZE, findings: DEFAULT_FINDINGS, pretrained: null }, data, {
    watchers: [{ step }],
  });
  const golden = GOLDEN[loss] ?? [];
  const differences = losses.flat().map((value, i) => Math.abs(value - (golden.flat()[i] ?? Number.NaN)));
  const advice = `the losses are now ${JSON.stringify(losses)}: where that is meant, set them here and raise TRAINING_VERSION ${TRAINING_VERSION}`;
  expect(Math.max(...differences), advice).toBeLessThan(TOLERANCE);
});
