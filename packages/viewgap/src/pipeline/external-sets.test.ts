import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScoredLedger, type TrainFacts } from '@viewgap/artifacts';
import { externalSources, modelConfig, silentProgress, trainConfig } from '@viewgap/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recorder } from './external-sets.ts';
import { pipelineOfCatalog } from './workplace.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'viewgap-external-'));
  await writeFile(join(root, 'nx.json'), '{}');
  await mkdir(join(root, 'pipelines/study'), { recursive: true });
  await writeFile(join(root, 'pipelines/study/pipeline.json'), '{}');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const hash = '1'.repeat(64);
const facts = (learningRate: number): TrainFacts => ({
  name: 'model2',
  seed: 3,
  size: 64,
  findings: ['CSN', 'PTX'],
  common: trainConfig.parse({ learningRate }),
  model: modelConfig.parse({ decoder: {} }),
  tuned: null,
  engine: {},
  fairness: { initial_weights: hash, batch_order: hash, augmentations: hash, steps: 1 },
});

describe('a prediction on external sets', () => {
  const external = externalSources({ nih: { role: 'train' }, private: { role: 'external' } });

  test('is recorded by its configuration, and said', async () => {
    const lines: string[] = [];
    const record = recorder(root, external, {
      progress: { ...silentProgress, log: (line) => lines.push(line) },
    });
    for (const rate of [0.001, 0.01, 0.001]) await record(facts(rate));
    expect(await new ScoredLedger(root).tally()).toEqual({ configurations: 2, sets: { private: 2 } });
    const said = (which: number) =>
      `predict model2 seed 3: configuration ${which} of those that ever scored private`;
    expect(lines).toEqual([said(1), said(2), said(1)]);
  });

  test('on none of them leaves no trace', async () => {
    const folder = join(root, 'elsewhere');
    await recorder(folder, externalSources({ nih: { role: 'train' } }), { progress: silentProgress })(
      facts(1),
    );
    expect(await new ScoredLedger(folder).tally()).toEqual({ configurations: 0, sets: {} });
  });
});

describe('the study of a catalog', () => {
  test('is the pipeline in whose runs it lies', () => {
    expect(pipelineOfCatalog(join(root, 'runs/study/catalog'))).toBe(join(root, 'pipelines/study'));
  });

  test.each(['runs/other/catalog', 'runs/study/predict', 'out/study/catalog'])('is none for %s', (path) => {
    expect(pipelineOfCatalog(join(root, path))).toBeNull();
  });
});
