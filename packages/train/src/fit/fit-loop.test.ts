import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelConfig, StoppedError, type TrainConfig, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { labelledImages } from '../catalog/read-images.ts';
import { startImageLoaders } from '../pixels/image-feed.ts';
import { type Fit, type FitSurroundings, fitModel } from './fit.ts';
import type { FitData } from './fit-loop.ts';
import { DivergedError } from './loss-guard.ts';
import type { FitWatcher } from './watch/fit-watcher.ts';

// One thread: then sums have one order, and equal means bit for bit.
process.env.TF_NUM_INTRAOP_THREADS = '1';
process.env.TF_NUM_INTEROP_THREADS = '1';

const common = trainConfig.parse({
  encoder: { name: 'residual', widths: [8, 16] },
  epochs: 3,
  batchSize: 10,
  learningRate: 0.003,
});
/** 48 images in batches of 10: epochs end with steps 4, 9 and 14. */
const STEPS = 14;
let folder: string;
let data: FitData;
let whole: Fit;

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-loop-'));
  const { catalog, store } = await plantedCatalog(folder, 96);
  const images = join(catalog, 'catalog.duckdb');
  data = {
    train: await labelledImages(images, ['train']),
    val: await labelledImages(images, ['val']),
    loaders: startImageLoaders(store, SIZE),
  };
  whole = await fit({});
});
afterAll(async () => {
  await data.loaders.close();
  await rm(folder, { recursive: true, force: true });
});

type Changes = Partial<TrainConfig>;

function fit(surroundings: FitSurroundings, changes: Changes = {}, on: FitData = data): Promise<Fit> {
  const settings = {
    common: { ...common, ...changes },
    model: modelConfig.parse({ decoder: {} }),
    seed: 1,
  };
  return fitModel({ ...settings, size: SIZE, pretrained: null }, on, surroundings);
}

const saving = (name: string, steps = 1000) => ({
  folder: join(folder, name),
  every: { count: steps, unit: 'steps' as const },
  of: 'this catalog',
});

/** Runs until the watcher's moment, then is told to stop. */
async function stopped(
  name: string,
  moment: (stop: () => void) => FitWatcher,
  changes: Changes = {},
): Promise<Error> {
  const controller = new AbortController();
  const watcher = moment(() => controller.abort('SIGTERM'));
  const run = fit({ checkpoints: saving(name), stop: controller.signal, watchers: [watcher] }, changes);
  return run.then(
    () => new Error('it went on to its end'),
    (error: Error) => error,
  );
}

function expectSame(one: Fit, other: Fit): void {
  expect(Buffer.compare(one.weights, other.weights)).toBe(0);
  expect(one.history).toEqual(other.history);
  expect(one.fairness).toEqual(other.fairness);
}

test('stopped at step after step, each time in a fresh run, it ends as one that nothing stopped, bit for bit', async () => {
  for (const at of [1, 4, 6, 9, 13, STEPS]) {
    const error = await stopped('steps', (stop) => ({ step: ({ step }) => step === at && stop() }));
    expect(error).toBeInstanceOf(StoppedError);
    expect(error.message).toBe(
      `stopped by SIGTERM: step ${at} is saved (run the same command again to resume)`,
    );
  }
  const log: string[] = [];
  expectSame(await fit({ checkpoints: saving('steps'), log: (line) => log.push(line) }), whole);
  expect(log).toEqual([]);
});

test('stopped while it validates, it validates again and goes on', async () => {
  const error = await stopped('validation', (stop) => ({ validating: stop }));
  expect(error.message).toContain('step 4 is saved');
  const begun: number[] = [];
  expectSame(
    await fit({ checkpoints: saving('validation'), watchers: [{ begin: (done) => begun.push(done) }] }),
    whole,
  );
  expect(begun).toEqual([4]);
});

describe('so it does with', () => {
  test.each<[string, Changes]>([
    ['an early end', { earlyStopping: { patience: 1 }, learningRate: 0.05, epochs: 8 }],
    [
      'a moving average of the weights, balanced batches in parts, a schedule, weight decay and clipped gradients',
      {
        emaDecay: 0.9,
        gradientAccumulation: 5,
        balance: ['view', 'finding'],
        schedule: { shape: 'cosine', warmUp: 0.2, end: 0.1 },
        weightDecay: 0.01,
        clipNorm: 0.5,
      },
    ],
  ])('%s', async (_options, changes) => {
    const name = Object.keys(changes).join('-');
    const undisturbed = await fit({}, changes);
    const last = undisturbed.fairness.steps;
    for (const at of [6, last]) {
      const error = await stopped(name, (stop) => ({ step: ({ step }) => step === at && stop() }), changes);
      expect(error).toBeInstanceOf(StoppedError);
    }
    expectSame(await fit({ checkpoints: saving(name) }, changes), undisturbed);
    // The options were in force.
    expect(Buffer.compare(undisturbed.weights, whole.weights)).not.toBe(0);
    if (changes.earlyStopping) expect(undisturbed.history.length).toBeLessThan(8);
  });
});

test('a training of which no validation loss is finite keeps no epoch', async () => {
  const unlabelled = [...data.val].map((image) => ({ ...image, labels: image.labels.map(() => null) }));
  const error = await fit({}, {}, { ...data, val: unlabelled }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DivergedError);
  expect((error as DivergedError).message).toMatch(/^no validation loss is finite: 3 epochs \(/);
});

test('saving changes nothing, and is done every few steps', async () => {
  expectSame(await fit({ checkpoints: saving('steps-1', 1) }), whole);
  expect(await files('steps-1')).toHaveLength(2);
});

test('and every few minutes', async () => {
  let minutes = 0;
  const checkpoints = { ...saving('minutes'), every: { count: 5, unit: 'minutes' } as const };
  const passing = {
    step: () => {
      minutes += 1;
    },
  };
  await fit({ checkpoints, clock: () => new Date(60_000 * minutes), watchers: [passing] });
  expect(await files('minutes')).toEqual([5, 10]);
});

test('a loss that is not finite names its step, its images and what is kept', async () => {
  const run = fit({ checkpoints: saving('wild', 1) }, { learningRate: 1e30 });
  await expect(run).rejects.toThrow(
    /^the loss is not finite: step 2, images (\d{8}_\d{3}\.png ?){10}; (nothing was saved before|the checkpoint of step 1 is kept) \(lower train\.common\.learningRate\)$/,
  );
});

async function files(name: string): Promise<number[]> {
  const names = await readdir(join(folder, name)).catch(() => []);
  return names.filter((file) => file.startsWith('step-')).map((file) => Number(file.slice(5, 13)));
}
