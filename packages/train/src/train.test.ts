import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Artifact,
  FINDINGS,
  historyLine,
  modelConfig,
  PREDICTIONS,
  readTable,
  type Store,
  silentProgress,
  trainConfig,
} from '@viewgap/contracts';
import { defaultCacheDir, type Engine, startEngine } from '@viewgap/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog } from '../test/planted-catalog.ts';
import { predictImages } from './predict.ts';
import { trainModel } from './train.ts';

let folder: string;
let catalog: string;
let store: Store;
let engine: Engine;
let trained: Artifact;

const shared = { rebuildCatalog: 'run catalog', progress: silentProgress, clock: () => new Date(0) };
const common = trainConfig.parse({
  encoder: { name: 'residual', widths: [8, 16] },
  epochs: 4,
  batchSize: 8,
  learningRate: 0.003,
});
const model = modelConfig.parse({ decoder: { lambda: 0.5 } });

function train(settings: Partial<Parameters<typeof trainModel>[0]> = {}): Promise<Artifact> {
  const out = join(folder, 'train');
  return trainModel({
    ...shared,
    name: 'model2',
    model,
    common,
    seed: 3,
    pretrained: null,
    catalog,
    store,
    engine,
    out,
    ...settings,
  });
}

beforeAll(async () => {
  engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
  folder = await mkdtemp(join(tmpdir(), 'viewgap-train-'));
  ({ catalog, store } = await plantedCatalog(folder, 96));
  trained = await train();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a training writes its weights, its history and a manifest that names its input and what made it', async () => {
  const history = (await readFile(join(trained.folder, 'history.jsonl'), 'utf8')).trim().split('\n');
  expect(history.map((line) => historyLine.parse(JSON.parse(line)).epoch)).toEqual([1, 2, 3, 4]);
  expect(trained.manifest.files.map((file) => file.path)).toEqual(['weights.safetensors', 'history.jsonl']);
  expect(Object.keys(trained.manifest.inputs)).toEqual(['catalog']);
  expect(trained.manifest.config).toMatchObject({ name: 'model2', seed: 3, fairness: { steps: 24 } });
  expect((await stat(join(trained.folder, 'run.json'))).isFile()).toBe(true);
});

test('a training writes a file for TensorBoard where the engine can, and says where', async () => {
  const events = join(folder, 'events');
  const log: string[] = [];
  const progress = { ...silentProgress, log: (line: string) => log.push(line) };
  await train({ events, out: join(folder, 'watched'), common: { ...common, epochs: 1 }, progress });
  if (!engine.name.startsWith('native')) {
    expect(log.join()).toContain('this engine writes no files for TensorBoard');
    return;
  }
  expect(log).toContain(`to watch it: tensorboard --logdir ${events}`);
  const [name = ''] = await readdir(events);
  expect(name).toMatch(/^events\.out\.tfevents\./);
  expect((await stat(join(events, name))).size).toBeGreaterThan(500);
});

test('predict scores every validation and test image for every finding, unknown labels included', async () => {
  const out = join(folder, 'predict');
  const artifact = await predictImages({
    ...shared,
    train: trained.folder,
    rebuildTrain: 'run train',
    catalog,
    store,
    engine,
    out,
  });
  const rows = (await readTable(PREDICTIONS, join(out, 'predictions.arrow')))
    .toArray()
    .map((row) => row.toJSON());
  expect(rows).toHaveLength(48 * FINDINGS.length);
  expect(artifact.manifest.counts).toEqual({ images: 48, rows: 240 });
  expect(new Set(rows.map((row) => row.split))).toEqual(new Set(['val', 'test']));
  expect(rows.filter((row) => row.finding === 'FIB').every((row) => row.label === null)).toBe(true);
  const consolidation = rows.filter((row) => row.finding === 'CSN');
  const mean = (label: number) => {
    const scores = consolidation.filter((row) => row.label === label).map((row) => row.score as number);
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
  expect(mean(1)).toBeGreaterThan(mean(0) + 1);
});

test('fewer images than a batch is an error with the numbers and the cure', async () => {
  const large = { ...common, batchSize: 500 };
  await expect(train({ common: large, out: join(folder, 'other') })).rejects.toThrow(
    'fewer training images than one batch holds: 48 images, batchSize 500 (lower train.common.batchSize, or give more images)',
  );
});

test('without a finished catalog it says what to run', async () => {
  await expect(train({ catalog: join(folder, 'nowhere'), out: join(folder, 'other') })).rejects.toThrow(
    /no finished catalog artifact: .*nowhere \(run catalog\)/,
  );
});
