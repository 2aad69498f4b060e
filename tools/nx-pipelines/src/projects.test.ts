import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  closeWorkspace,
  inferred,
  openWorkspace,
  pipelineFile,
  projectsOf,
  STUDY,
  TINY,
  targetsOf,
  waitsFor,
} from '../test/inferred.ts';

beforeEach(openWorkspace);
afterEach(closeWorkspace);

/** What Nx shows for a verb: `option` is an example of an option of its command. */
const told = (verb: string, option = '--debug') =>
  expect.objectContaining({
    description: expect.stringMatching(/^[A-Z]/),
    help: { command: `npx viewgap help ${verb}`, example: { args: [option] } },
  });

test('a pipeline becomes one project a unit of work, each waiting for what it reads', () => {
  const targets = targetsOf(pipelineFile('demo', STUDY));
  const waits = Object.entries(targets).map(([name, target]) => [name, waitsFor(target)]);
  expect(Object.fromEntries(waits)).toEqual({
    'demo:scan': [],
    'demo/ingest/nih:ingest': ['demo:scan'],
    'demo/ingest/site-b:ingest': ['demo:scan'],
    'demo/catalog:catalog': ['demo/ingest/nih:ingest', 'demo/ingest/site-b:ingest'],
    'demo/train/model1/seed-0:train': ['demo/catalog:catalog', 'engine:prepare'],
    'demo/train/model1/seed-7:train': ['demo/catalog:catalog', 'engine:prepare'],
    'demo/train/model2/seed-0:train': ['demo/catalog:catalog', 'engine:prepare'],
    'demo/train/model2/seed-7:train': ['demo/catalog:catalog', 'engine:prepare'],
    'demo/predict/model1/seed-0:predict': ['demo/train/model1/seed-0:train', 'demo/catalog:catalog'],
    'demo/predict/model1/seed-7:predict': ['demo/train/model1/seed-7:train', 'demo/catalog:catalog'],
    'demo/predict/model2/seed-0:predict': ['demo/train/model2/seed-0:train', 'demo/catalog:catalog'],
    'demo/predict/model2/seed-7:predict': ['demo/train/model2/seed-7:train', 'demo/catalog:catalog'],
    'demo/evaluate:evaluate': [
      'demo/predict/model1/seed-0:predict',
      'demo/predict/model1/seed-7:predict',
      'demo/predict/model2/seed-0:predict',
      'demo/predict/model2/seed-7:predict',
    ],
    'demo/report:report': [
      'demo/evaluate:evaluate',
      'demo/catalog:catalog',
      'demo/train/model1/seed-0:train',
      'demo/train/model1/seed-7:train',
      'demo/train/model2/seed-0:train',
      'demo/train/model2/seed-7:train',
      'demo/predict/model1/seed-0:predict',
      'demo/predict/model1/seed-7:predict',
      'demo/predict/model2/seed-0:predict',
      'demo/predict/model2/seed-7:predict',
    ],
    'demo:pipeline': ['demo/report:report'],
  });
});

test('the nodes of an ingest and of a training, whole', () => {
  const projects = projectsOf(pipelineFile('demo', TINY));
  const code = (verb: string, projects: string[], npm: string[], ...own: unknown[]) => [
    { input: 'production', projects },
    '{workspaceRoot}/packages/viewgap/bin/**/*',
    `{workspaceRoot}/packages/viewgap/src/{commands,actions}/${verb}.ts`,
    '{workspaceRoot}/packages/viewgap/src/{options,pipeline,terminal}/*.ts',
    '!{workspaceRoot}/packages/viewgap/src/*/*.test.ts',
    '!{workspaceRoot}/packages/viewgap/src/terminal/{terminal-progress,progress-line,time-left}.ts',
    { externalDependencies: npm },
    ...own,
  ];
  const command = (line: string) => ({
    executor: 'nx:run-commands',
    options: { command: `node packages/viewgap/bin/viewgap.mjs ${line}`, cwd: '{workspaceRoot}' },
  });
  const noticed = (files: string) => [`{workspaceRoot}/${files}`, `!{workspaceRoot}/${files}`];
  expect(projects['demo/ingest/nih']).toEqual({
    name: 'demo/ingest/nih',
    root: 'pipelines/demo/ingest/nih',
    tags: ['pipeline:demo', 'stage:ingest', 'source:nih'],
    metadata: { description: 'ingest/nih of the pipeline demo' },
    implicitDependencies: ['ingest'],
    targets: {
      ingest: {
        ...command('ingest --pipeline pipelines/demo --source nih'),
        metadata: told('ingest', '--explain'),
        cache: true,
        parallelism: true,
        dependsOn: [{ projects: ['demo'], target: 'scan' }],
        inputs: code(
          'ingest',
          ['contracts', 'ingest'],
          ['sharp', 'tsx', 'zod'],
          { json: '{workspaceRoot}/pipelines/demo/pipeline.json', fields: ['ingest', 'sources.nih'] },
          ...noticed('pipelines/demo/**/*'),
          { dependentTasksOutputFiles: '.viewgap/listings/demo/nih.json' },
        ),
        outputs: [
          '{workspaceRoot}/runs/demo/ingest/nih/manifest.json',
          '{workspaceRoot}/runs/demo/ingest/nih/run.json',
          '{workspaceRoot}/runs/demo/ingest/nih/records.arrow',
          '{workspaceRoot}/runs/demo/ingest/nih/quarantine.arrow',
          '{workspaceRoot}/runs/demo/ingest/nih/regions.arrow',
        ],
      },
    },
  });
  expect(projects['demo/train/model1/seed-0']).toEqual({
    name: 'demo/train/model1/seed-0',
    root: 'pipelines/demo/train/model1/seed-0',
    tags: ['pipeline:demo', 'stage:train', 'model:model1'],
    metadata: { description: 'train/model1/seed-0 of the pipeline demo' },
    implicitDependencies: ['train', 'demo/catalog'],
    targets: {
      train: {
        ...command('train --pipeline pipelines/demo --model model1 --seed 0'),
        metadata: told('train', '--checkpoint=1m'),
        cache: true,
        parallelism: false,
        dependsOn: [
          { projects: ['demo/catalog'], target: 'catalog' },
          { projects: ['engine'], target: 'prepare' },
        ],
        inputs: code(
          'train',
          ['contracts', 'engine', 'train'],
          ['@tensorflow/tfjs', 'tsx', 'zod'],
          {
            json: '{workspaceRoot}/pipelines/demo/pipeline.json',
            fields: ['train.common', 'train.models.model1'],
          },
          ...noticed('pipelines/demo/pipeline.json'),
          { dependentTasksOutputFiles: '.viewgap/engine/engine.json' },
          { dependentTasksOutputFiles: '**/catalog/manifest.json', transitive: true },
        ),
        outputs: [
          '{workspaceRoot}/runs/demo/train/model1/seed-0/manifest.json',
          '{workspaceRoot}/runs/demo/train/model1/seed-0/run.json',
          '{workspaceRoot}/runs/demo/train/model1/seed-0/weights.safetensors',
          '{workspaceRoot}/runs/demo/train/model1/seed-0/history.jsonl',
        ],
      },
    },
  });
});

test('the files of all sources are listed at once, one listing a source', () => {
  expect(targetsOf(pipelineFile('demo', STUDY))['demo:scan']).toEqual({
    executor: 'nx:run-commands',
    options: {
      command: 'node packages/viewgap/bin/viewgap.mjs scan --pipeline pipelines/demo',
      cwd: '{workspaceRoot}',
    },
    metadata: told('scan'),
    cache: false,
    inputs: [],
    outputs: [
      '{workspaceRoot}/.viewgap/listings/demo/nih.json',
      '{workspaceRoot}/.viewgap/listings/demo/site-b.json',
    ],
  });
});

test('where there is an external set, how many have scored it is counted anew before each report', () => {
  const external = { nih: { root: '.' }, det: { root: '.', role: 'external' } };
  const targets = targetsOf(pipelineFile('demo', { ...TINY, sources: external }));
  expect(targets['demo:tally']).toEqual({
    executor: 'nx:run-commands',
    options: {
      command: 'node packages/viewgap/bin/viewgap.mjs tally --pipeline pipelines/demo',
      cwd: '{workspaceRoot}',
    },
    metadata: told('tally'),
    cache: false,
    inputs: [],
    dependsOn: [{ projects: ['demo/predict/model1/seed-0'], target: 'predict' }],
    outputs: ['{workspaceRoot}/.viewgap/tally/demo.json'],
  });
  expect(waitsFor(targets['demo/report:report'])).toContain('demo:tally');
  expect(targets['demo/report:report']?.inputs).toContainEqual({
    dependentTasksOutputFiles: '.viewgap/tally/demo.json',
  });
  expect(Object.keys(targetsOf(pipelineFile('demo', TINY)))).not.toContain('demo:tally');
});

test("the engine's package gets the target that finds or builds it", () => {
  const [nodes] = inferred([]);
  const targets = {
    prepare: {
      executor: 'nx:run-commands',
      options: {
        command: 'node packages/viewgap/bin/viewgap.mjs prepare --out .viewgap/engine/engine.json',
        cwd: '{workspaceRoot}',
      },
      metadata: told('prepare'),
      cache: false,
      inputs: [],
      outputs: ['{workspaceRoot}/.viewgap/engine/engine.json'],
    },
  };
  expect(nodes).toEqual(['packages/engine/package.json', { projects: { 'packages/engine': { targets } } }]);
});

describe('a source of phantoms', () => {
  const source = {
    adapter: 'chexpert',
    root: '../../.viewgap/phantoms/demo/chexpert',
    phantom: { images: 9 },
  };
  const file = () => pipelineFile('demo', { ...TINY, sources: { ...TINY.sources, chexpert: source } });

  test('is drawn before its files are listed, and never served from the cache', () => {
    const targets = targetsOf(file());
    expect(waitsFor(targets['demo:scan'])).toEqual(['phantom']);
    expect(targets['demo:phantom']).toEqual({
      executor: 'nx:run-commands',
      options: {
        command: 'node packages/viewgap/bin/viewgap.mjs phantom --pipeline pipelines/demo',
        cwd: '{workspaceRoot}',
      },
      metadata: told('phantom'),
      cache: false,
      inputs: [],
    });
    expect(Object.keys(targetsOf(pipelineFile('demo', TINY)))).not.toContain('demo:phantom');
  });

  test('need not lie there for the pipeline to be ready', () => {
    expect(waitsFor(targetsOf(file())['demo:pipeline'])).toEqual(['demo/report:report']);
  });

  test('that is none (a bad value) is a source like others', () => {
    const broken = { ...TINY, sources: { nih: { root: 'nowhere', phantom: 3 } } };
    const targets = targetsOf(pipelineFile('demo', broken));
    expect(Object.keys(targets)).not.toContain('demo/ingest/nih:phantom');
    expect(waitsFor(targets['demo:pipeline'])).toEqual([]);
  });
});

test('a folder with a space in its name is quoted for the shell', () => {
  const target = targetsOf(pipelineFile("one hospital's", TINY))["one hospital's:pipeline"];
  expect(target?.options.command).toBe(
    "node packages/viewgap/bin/viewgap.mjs pipeline --pipeline 'pipelines/one hospital'\\''s'",
  );
});
