/**
 * Drives the real Nx and the real stages on a tiny copy of the sample. The tests are steps of one story, in order:
 * each starts from what the one before it left.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openArtifact, readTrials } from '@viewgap/artifacts';
import { trialName } from '@viewgap/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { descendants, hasTerminal, type NxRun, TinyWorkspace } from '../test/tiny-workspace.ts';

const MINUTE = 60_000;
const IMAGES = 24;
const BEFORE_TRAINING = ['tiny/catalog:catalog', 'tiny/ingest/nih:ingest'];
const runsOf = (seed: number) =>
  ['predict', 'train'].flatMap((verb) =>
    ['model1', 'model2'].map((model) => `tiny/${verb}/${model}/seed-${seed}:${verb}`),
  );
const SUMMARY = ['tiny/evaluate:evaluate', 'tiny/report:report'];
const EVERYTHING = [...BEFORE_TRAINING, ...runsOf(0), ...SUMMARY].sort();
const MODEL1 = 'runs/tiny/train/model1/seed-0';

let workspace: TinyWorkspace;
beforeAll(() => {
  workspace = new TinyWorkspace(IMAGES);
}, MINUTE);
afterAll(() => workspace.dispose());

async function run(...args: string[]): Promise<NxRun> {
  const result = await workspace.nx(...(args.length > 0 ? args : ['run-many', '-t', 'pipeline']));
  expect(result.output).not.toContain('\u001b');
  expect(result.output).not.toMatch(/nx\.dev|nx\.app|Nx Cloud|flaky/);
  expect(result.output).not.toMatch(/UnhandledPromiseRejection|^\s+at .+:\d+:\d+\)?$/m);
  return result;
}

describe('one command runs everything, and again only what has changed', { timeout: 5 * MINUTE }, () => {
  test('cold: every unit runs, and the table is printed', async () => {
    const { exitCode, output, ran, cached } = await run();
    expect(exitCode, output).toBe(0);
    expect(ran).toEqual(EVERYTHING);
    expect(cached).toEqual([]);
    expect(output).toContain('runs/tiny/report/index.html');
    expect(workspace.json('runs/tiny/ingest/nih/run.json')).toMatchObject({ files_read: IMAGES });
  });

  test('only tests and the look of progress changed: every unit comes from the cache', async () => {
    workspace.append('packages/ingest/src/changed.test.ts', '// changed\n');
    workspace.append('packages/viewgap/src/terminal/terminal-progress.ts', '\n// changed\n');
    workspace.edit(
      'packages/train/package.json',
      '"private": true',
      '"private": true, "description": "changed"',
    );
    const { exitCode, output, ran, cached } = await run();
    expect([exitCode, ran, cached]).toEqual([0, [], EVERYTHING]);
    expect(output).toContain('runs/tiny/report/index.html');
  });

  test('runs/ deleted: it is restored from the cache, whole', async () => {
    const page = workspace.read('runs/tiny/report/index.html');
    const manifest = workspace.read(`${MODEL1}/manifest.json`);
    workspace.remove('runs');
    const { ran } = await run();
    expect(ran).toEqual([]);
    expect(workspace.read('runs/tiny/report/index.html')).toBe(page);
    expect(workspace.read(`${MODEL1}/manifest.json`)).toBe(manifest);
    const { files } = workspace.json('runs/tiny/report/manifest.json') as { files: { path: string }[] };
    const lost = files.filter(({ path }) => !workspace.has(`runs/tiny/report/${path}`));
    expect([files.length > 3, lost]).toEqual([true, []]);
  });

  test.skipIf(!hasTerminal)(
    'in a terminal (needs script of util-linux): no question, and the same table',
    async () => {
      const { exitCode, output } = await workspace.nxInTerminal('run-many', '-t', 'pipeline');
      expect(exitCode, output).toBe(0);
      expect(output).toContain('runs/tiny/report/index.html');
      expect(output).not.toMatch(/\?\s*$|Nx Cloud|nx connect|analytics/im);
    },
  );

  test('the code of report changed: report alone runs', async () => {
    workspace.append('packages/report/src/index.ts', '\n// changed\n');
    expect((await run('run', 'tiny/report:report')).ran).toEqual(['tiny/report:report']);
  });

  test('one more seed: that seed alone is trained', async () => {
    workspace.set('train.seeds', [0, 1]);
    const { exitCode, ran } = await run();
    expect([exitCode, ran]).toEqual([0, [...runsOf(1), ...SUMMARY].sort()]);
  });

  test('the code of ingest changed, and its artifact did not: nothing is trained again', async () => {
    const manifest = workspace.read('runs/tiny/ingest/nih/manifest.json');
    workspace.append('packages/ingest/src/index.ts', '\n// changed\n');
    const { exitCode, ran } = await run();
    expect([exitCode, ran]).toEqual([0, BEFORE_TRAINING]);
    expect(workspace.read('runs/tiny/ingest/nih/manifest.json')).toBe(manifest);
  });

  test("one model's settings changed: its trainings run, and neither ingest nor catalog", async () => {
    workspace.set('train.models.model2', { decoder: { lambda: 0.5 } });
    const { exitCode, ran, cached } = await run('run-many', '-t', 'train');
    const trained = (model: string) => [0, 1].map((seed) => `tiny/train/${model}/seed-${seed}:train`);
    expect([exitCode, ran]).toEqual([0, trained('model2')]);
    expect(cached).toEqual([...BEFORE_TRAINING, ...trained('model1')]);
  });

  test('one more finding: the catalog and what follows run, and no image is read', async () => {
    const findings = {
      EFF: { title: 'effusion', 'nih-chestxray14': ['Effusion'] },
      LESION: { title: 'nodule or mass', 'nih-chestxray14': ['Mass', 'Nodule'] },
      INF: { title: 'infiltration', 'nih-chestxray14': ['Infiltration'] },
    };
    const PREDICT = 'tiny/predict/model1/seed-0:predict';
    const read = workspace.read('runs/tiny/ingest/nih/run.json');
    workspace.set('findings', findings);
    const { exitCode, output, ran, cached } = await run('run', PREDICT);
    expect([exitCode, ran], output).toEqual([
      0,
      ['tiny/catalog:catalog', PREDICT, 'tiny/train/model1/seed-0:train'],
    ]);
    expect(cached).toContain('tiny/ingest/nih:ingest');
    expect(workspace.read('runs/tiny/ingest/nih/run.json')).toBe(read);
    const { config } = workspace.json(`${MODEL1}/manifest.json`) as { config: { findings: string[] } };
    expect(config.findings).toEqual(['EFF', 'LESION', 'INF']);

    workspace.set('findings.EFF.title', 'pleural effusion');
    expect((await run('run', PREDICT)).ran, 'a title').toEqual(['tiny/catalog:catalog']);
  });

  test('one more image in the folder: ingest runs and reads that image alone', async () => {
    workspace.addImage();
    const { exitCode, ran } = await run('run', 'tiny/catalog:catalog');
    expect([exitCode, ran]).toEqual([0, BEFORE_TRAINING]);
    expect(workspace.json('runs/tiny/ingest/nih/run.json')).toMatchObject({ files_read: 1 });
    const { counts } = workspace.json('runs/tiny/ingest/nih/manifest.json') as { counts: unknown };
    expect(counts).toMatchObject({ records: IMAGES + 1 });
  });
});

describe('settings that are tuned', { timeout: 5 * MINUTE }, () => {
  const RATES = [{ learningRate: 0.001 }, { learningRate: 0.01 }];
  const LAMBDAS = [{ lambda: 0.1 }, { lambda: 1 }];
  const MODEL2 = 'tiny/train/model2/seed-0:train';
  const trial = (model: string, values: object) => `tiny/trial/${model}/${trialName(values)}:trial`;
  const trialsOf = async (model: string) =>
    readTrials(
      await openArtifact(join(workspace.root, 'runs/tiny/tune', model), 'tune', { rebuild: '' }),
      '',
    );
  const chosen = async (model: string) => (await trialsOf(model)).find((one) => one.chosen)?.values;

  test('every trial runs, those of lambda under the learning rate that was chosen, and the training takes both', async () => {
    workspace.set('train.common.epochs', 1);
    workspace.set('train.tuning', { seed: 1000, common: RATES, models: { model2: LAMBDAS } });
    const { exitCode, output, ran } = await run('run', MODEL2);
    expect(exitCode, output).toBe(0);
    expect(ran).toEqual([
      MODEL2,
      ...RATES.map((values) => trial('model1', values)),
      ...LAMBDAS.map((values) => trial('model2', values)),
      'tiny/tune/model1:tune',
      'tiny/tune/model2:tune',
    ]);
    const { learningRate } = (await chosen('model1')) ?? {};
    const { lambda } = (await chosen('model2')) ?? {};
    const settings = { common: { learningRate }, model: { decoder: { lambda } } };
    const { config } = workspace.json('runs/tiny/train/model2/seed-0/manifest.json');
    expect(config).toMatchObject({ seed: 0, tuned: { learningRate, lambda }, ...settings });
    const tried = workspace.json('runs/tiny/trial/model2/lambda-0.1/manifest.json').config;
    expect(tried).toMatchObject({ seed: 1000, common: { learningRate }, model: { decoder: LAMBDAS[0] } });
  });

  test('another value of a trial that lost: that trial runs, and no training', async () => {
    const lost = (await trialsOf('model2')).findIndex((one) => !one.chosen);
    // Beyond what a float can hold: it diverges, and is a trial all the same.
    const other = { lambda: 1e39 };
    workspace.set(
      'train.tuning.models.model2',
      LAMBDAS.map((values, i) => (i === lost ? other : values)),
    );
    const { exitCode, output, ran, cached } = await run('run', MODEL2);
    expect([exitCode, ran], output).toEqual([0, [trial('model2', other), 'tiny/tune/model2:tune']]);
    expect(cached).toContain(MODEL2);
    expect((await trialsOf('model2'))[lost]).toEqual({ values: other, best: null, chosen: false });
    workspace.set('train.tuning', null);
  });
});

describe('what goes wrong is said plainly, and leaves nothing half done', { timeout: 5 * MINUTE }, () => {
  test('an unknown key in pipeline.json: its path and the nearest valid one', async () => {
    const pipeline = workspace.read('pipelines/tiny/pipeline.json');
    workspace.set('train.common.epochz', 3);
    const { exitCode, output } = await run();
    workspace.setPipeline(pipeline);
    expect(exitCode).not.toBe(0);
    expect(output).toContain('train.common.epochz: unknown key, did you mean "epochs"?');
  });

  test('a pipeline.json that is not JSON: its own command says so, and other projects work', async () => {
    const pipeline = workspace.read('pipelines/tiny/pipeline.json');
    workspace.setPipeline('{ "sources": { nih');
    const { exitCode, output } = await run();
    const other = await run('show', 'project', 'evaluate');
    workspace.setPipeline(pipeline);
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/viewgap pipeline: not JSON: .*pipelines\/tiny\/pipeline\.json/);
    expect(other.exitCode, other.output).toBe(0);
  });

  test('data that are not there: what to set, exit 0, and they are noticed once they are', async () => {
    const pipeline = workspace.read('pipelines/tiny/pipeline.json');
    workspace.set('sources.nih.root', 'not-yet');
    const { exitCode, output, ran, cached } = await run();
    workspace.setPipeline(pipeline);
    expect([exitCode, ran, cached]).toEqual([0, [], []]);
    expect(output).toMatch(/nih: .*pipelines\/tiny\/not-yet/);
    expect((await run('run', 'tiny/catalog:catalog')).cached).toEqual(BEFORE_TRAINING);
  });

  test('kill -9 in the middle of a training: no artifact, and the next run goes on', async () => {
    workspace.set('train.common.epochs', 12);
    const task = 'tiny/train/model1/seed-0:train';
    const child = workspace.start('run', task);
    const killed = workspace.finished(child);
    // The stage removes the old manifest before it trains.
    while (workspace.has(`${MODEL1}/manifest.json`) && child.exitCode === null) await setTimeout(20);
    for (const pid of descendants(child.pid ?? -1, 'viewgap.mjs train')) process.kill(pid, 'SIGKILL');
    expect((await killed).exitCode).not.toBe(0);
    expect(workspace.has(`${MODEL1}/manifest.json`)).toBe(false);

    const { exitCode, ran } = await run('run', task);
    expect([exitCode, ran]).toEqual([0, [task]]);
    expect(workspace.json(`${MODEL1}/manifest.json`)).toMatchObject({ stage: 'train' });
  });

  test.skipIf(!hasTerminal)(
    'Ctrl-C in the middle of a training (needs script of util-linux): the next run goes on',
    async () => {
      workspace.set('train.common.epochs', 13);
      const task = 'tiny/train/model1/seed-0:train';
      const child = workspace.startInTerminal('run', task);
      const stopped = workspace.finished(child);
      while (workspace.has(`${MODEL1}/manifest.json`) && child.exitCode === null) await setTimeout(20);
      child.stdin?.write('\u0003');
      const { exitCode, output } = await stopped;
      expect(exitCode, output).not.toBe(0);
      expect(output).not.toMatch(/nx\.dev|flaky/);
      expect(workspace.has(`${MODEL1}/manifest.json`)).toBe(false);

      const next = await run('run', task);
      expect([next.exitCode, next.ran]).toEqual([0, [task]]);
    },
  );
});
