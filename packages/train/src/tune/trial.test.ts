import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginArtifact, finishArtifact, type Store } from '@viewgap/artifacts';
import { modelConfig, silentProgress, type TrialValues, trainConfig } from '@viewgap/contracts';
import { defaultCacheDir, type Engine, startEngine } from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog } from '../../test/planted-catalog.ts';
import { sweepTrials } from './sweep.ts';
import { finishedTrial, runTrial, type TrialOptions, trialBest } from './trial.ts';

let folder: string;
let catalog: string;
let store: Store;
let engine: Engine;

beforeAll(async () => {
  engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-trial-'));
  ({ catalog, store } = await plantedCatalog(folder, 48));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function trial(values: TrialValues, name: string, others: Partial<TrialOptions> = {}): TrialOptions {
  return {
    name: 'model2',
    model: modelConfig.parse({ decoder: { lambda: 0.5 } }),
    common: trainConfig.parse({ encoder: { widths: [4, 4] }, epochs: 2, batchSize: 8, learningRate: 0.003 }),
    seed: 1000,
    values,
    pretrained: null,
    catalog,
    rebuildCatalog: 'run catalog',
    store,
    engine,
    out: join(folder, name),
    progress: silentProgress,
    clock: () => new Date(0),
    ...others,
  };
}

/** What the first test tries, and the sweep finds finished. */
const TRIED = { learningRate: 0.01, lambda: 2 };

test('a trial trains with what it tries and keeps its course, without weights that could score an image', async () => {
  const artifact = await runTrial(trial(TRIED, 'tried'));
  const { stage, files, config } = artifact.manifest;
  expect(stage).toBe('trial');
  expect(files.map(({ path }) => path)).toEqual(['history.jsonl']);
  expect(config).toMatchObject({
    seed: 1000,
    common: { learningRate: 0.01, weightDecay: 0 },
    model: { decoder: { lambda: 2 } },
    tuned: TRIED,
  });
  expect(await trialBest(artifact, '')).toMatchObject({
    classification: expect.any(Number),
    auroc: { all: expect.any(Number) },
  });
});

test('a trial without labels to train on is refused, and is no trial that diverged', async () => {
  const unlabelled = await plantedCatalog(join(folder, 'unlabelled'), 48, () => null);
  const running = runTrial(trial(TRIED, 'refused', unlabelled));
  await expect(running).rejects.toThrow(/^no training label is known: 24 images \(/);
});

test('a trial that diverges is a result, of which no image is named', async () => {
  const log: string[] = [];
  const progress = { ...silentProgress, log: (line: string) => log.push(line) };
  const artifact = await runTrial(trial({ lambda: 1e38 }, 'diverged', { progress }));
  expect(artifact.manifest.files).toEqual([]);
  expect(artifact.manifest.counts.diverged_at_step).toBeGreaterThan(0);
  expect(await trialBest(artifact, '')).toBe(null);
  expect(log.join()).toMatch(/trial model2 lambda-1e\+38: .*, step \d+/);
  const said = await readFile(join(artifact.folder, 'manifest.json'), 'utf8');
  expect(said + log.join()).not.toContain('.png');
});

test('a training on missing data is no diverged trial', async () => {
  const nowhere = trial({ lambda: 1 }, 'nowhere', { catalog: join(folder, 'no-catalog') });
  await expect(runTrial(nowhere)).rejects.toThrow('no finished catalog artifact');
});

test('a sweep runs the trials that are not finished, and tells which is best', async () => {
  const started: string[] = [];
  const progress = {
    ...silentProgress,
    start: (label: string) => {
      started.push(label);
      return { update: () => {}, finish: () => {} };
    },
  };
  const trials = [trial(TRIED, 'tried', { progress }), trial({ lambda: 1 }, 'other', { progress })];
  const results = await sweepTrials(trials);
  expect(started).toEqual(['trial model2 lambda-1']);
  expect(results.map(({ values }) => values)).toEqual([TRIED, { lambda: 1 }]);
  const losses = results.map(({ best }) => best?.classification ?? Number.NaN);
  expect(results.map(({ chosen }) => chosen)).toEqual(losses.map((loss) => loss === Math.min(...losses)));
  expect(await sweepTrials(trials)).toEqual(results);
  expect(started).toHaveLength(1);
});

test.each<[string, Partial<TrialOptions>]>([
  ['seed', { seed: 1001 }],
  ['values', { values: { lambda: 2 } }],
  ['length', { common: trainConfig.parse({ epochs: 7 }) }],
  ['folder', { out: '/no/such/folder' }],
])('a finished trial of another %s is not taken for this one', async (_what, others) => {
  expect(await finishedTrial(trial(TRIED, 'tried'))).not.toBe(null);
  expect(await finishedTrial(trial(TRIED, 'tried', others))).toBe(null);
});

test('a folder of something else is not written over', async () => {
  const out = join(folder, 'trained');
  await beginArtifact(out);
  await finishArtifact(out, { stage: 'train', inputs: {}, config: {}, files: [], counts: {} }, {});
  await expect(sweepTrials([trial({ lambda: 1 }, 'trained')])).rejects.toThrow(
    `not a trial artifact but one of train: ${out} (name another folder)`,
  );
});
