import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Artifact, Store } from '@viewgap/artifacts';
import { historyLine, modelConfig, silentProgress, trainConfig, UserError } from '@viewgap/contracts';
import { defaultCacheDir, type Engine, startEngine } from '@viewgap/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlantedLabel, plantedCatalog, plantedLabel } from '../../test/planted-catalog.ts';
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

test('fewer images than a batch is an error with the numbers and the cure', async () => {
  const large = { ...common, batchSize: 500 };
  await expect(train({ common: large, out: join(folder, 'other') })).rejects.toThrow(
    'fewer training images than one batch holds: 48 images, batchSize 500 (lower train.common.batchSize, or give more images)',
  );
});

describe('on a catalog with other labels', () => {
  const refused: [string, PlantedLabel, RegExp][] = [
    [
      'no training label known',
      (finding, i, split) => (split === 'train' ? null : plantedLabel(finding, i, split)),
      /^no training label is known: 48 images \(/,
    ],
    [
      'no positive training label',
      (finding, i, split) => (split === 'train' ? 0 : plantedLabel(finding, i, split)),
      /^no finding has both positive and negative training labels: CSN \(0 positive, 48 negative\), /,
    ],
    [
      'no validation label known',
      (finding, i, split) => (split === 'val' ? null : plantedLabel(finding, i, split)),
      /^a trained finding has no known validation label: 24 images \(/,
    ],
  ];

  test.for(refused)('%s is an error, before anything is trained', async ([name, labelOf, message]) => {
    const place = join(folder, name);
    const planted = await plantedCatalog(place, 96, labelOf);
    const out = join(place, 'train');
    const error = await train({ ...planted, out }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  test('findings that cannot be trained are named in one line, and the losses are those of the others', async () => {
    const log: string[] = [];
    const progress = { ...silentProgress, log: (line: string) => log.push(line) };
    const trained = async (name: string, labelOf: PlantedLabel, settings = {}) => {
      const place = join(folder, name);
      const planted = await plantedCatalog(place, 96, labelOf);
      const out = join(place, 'train');
      await train({ ...planted, common: { ...common, epochs: 1 }, out, ...settings });
      return historyLine.parse(JSON.parse(await readFile(join(out, 'history.jsonl'), 'utf8')));
    };
    const named = await trained('one-class', plantedLabel, { progress });
    const alone = await trained('alone', (finding, i, split) =>
      finding === 'CSN' ? plantedLabel(finding, i, split) : null,
    );
    expect(log.filter((line) => line.includes('cannot'))).toEqual([
      'train model2 seed 3: cannot be trained: PTX (0 positive, 48 negative), NDL (0 positive, 48 negative), ' +
        'FIB (no label known), PEF (0 positive, 48 negative)',
    ]);
    expect(named.train.classification).toBeCloseTo(alone.train.classification, 5);
    expect(named.val.classification).toBeCloseTo(alone.val.classification, 5);
  });
});

test('without a finished catalog it says what to run', async () => {
  await expect(train({ catalog: join(folder, 'nowhere'), out: join(folder, 'other') })).rejects.toThrow(
    /no finished catalog artifact: .*nowhere \(run catalog\)/,
  );
});
