import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runFolder, trialName, unitPath } from '@viewgap/contracts';
import type { ProjectConfiguration, TargetConfiguration } from 'nx/src/devkit-exports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNodes, nodesOf } from './plugin.mjs';
import { rootExists } from './roots.mjs';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

let workspaceRoot: string;
beforeEach(() => {
  workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-pipelines-'));
});
afterEach(() => rmSync(workspaceRoot, { recursive: true }));

function pipelineFile(name: string, content: unknown): string {
  const file = `pipelines/${name}/pipeline.json`;
  mkdirSync(dirname(join(workspaceRoot, file)), { recursive: true });
  writeFileSync(join(workspaceRoot, file), typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function projectsOf(file: string, env: NodeJS.ProcessEnv = {}): Record<string, ProjectConfiguration> {
  const { projects } = nodesOf(file, workspaceRoot, { env, platform: 'linux' });
  return Object.fromEntries(
    Object.values(projects ?? {}).map((project) => [project.name, project as ProjectConfiguration]),
  );
}

function targetsOf(file: string, env: NodeJS.ProcessEnv = {}): Record<string, TargetConfiguration> {
  return Object.fromEntries(
    Object.entries(projectsOf(file, env)).flatMap(([name, { targets }]) =>
      Object.entries(targets ?? {}).map(([verb, target]) => [`${name}:${verb}`, target]),
    ),
  );
}

/** `project:target` of everything that a target waits for; `phantom` is one of its own project. */
function waitsFor(target: TargetConfiguration | undefined): string[] {
  return (target?.dependsOn ?? []).flatMap((dependency) =>
    typeof dependency === 'string'
      ? [dependency]
      : [dependency.projects ?? []].flat().map((project) => `${project}:${dependency.target}`),
  );
}

const TINY = {
  sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
  train: { models: { model1: {} } },
};

const STUDY = {
  sources: { nih: { root: '.' }, 'site-b': { root: '.' } },
  train: { seeds: [0, 7], models: { model1: {}, model2: { decoder: {} } } },
};

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

test('the files of all sources are listed at once, one listing a source', () => {
  expect(targetsOf(pipelineFile('demo', STUDY))['demo:scan']).toEqual({
    executor: 'nx:run-commands',
    options: {
      command: 'node packages/viewgap/bin/viewgap.mjs scan --pipeline pipelines/demo',
      cwd: '{workspaceRoot}',
    },
    cache: false,
    inputs: [],
    outputs: [
      '{workspaceRoot}/.viewgap/listings/demo/nih.json',
      '{workspaceRoot}/.viewgap/listings/demo/site-b.json',
    ],
  });
});

test('the nodes of an ingest and of a training, whole', () => {
  const projects = projectsOf(pipelineFile('demo', TINY));
  const code = (verb: string, ...own: unknown[]) => [
    '^production',
    '{workspaceRoot}/packages/viewgap/bin/**/*',
    `{workspaceRoot}/packages/viewgap/src/{commands,actions}/${verb}.ts`,
    '{workspaceRoot}/packages/viewgap/src/{options,pipeline,terminal}/*.ts',
    '!{workspaceRoot}/packages/viewgap/src/*/*.test.ts',
    '!{workspaceRoot}/packages/viewgap/src/terminal/{terminal-progress,progress-line,time-left}.ts',
    { externalDependencies: ['tsx'] },
    ...own,
  ];
  const command = (line: string) => ({
    executor: 'nx:run-commands',
    options: { command: `node packages/viewgap/bin/viewgap.mjs ${line}`, cwd: '{workspaceRoot}' },
  });
  expect(projects['demo/ingest/nih']).toEqual({
    name: 'demo/ingest/nih',
    root: 'pipelines/demo/ingest/nih',
    implicitDependencies: ['ingest'],
    targets: {
      ingest: {
        ...command('ingest --pipeline pipelines/demo --source nih'),
        cache: true,
        parallelism: true,
        dependsOn: [{ projects: ['demo'], target: 'scan' }],
        inputs: code(
          'ingest',
          { json: '{workspaceRoot}/pipelines/demo/pipeline.json', fields: ['ingest', 'sources.nih'] },
          { dependentTasksOutputFiles: '.viewgap/listings/demo/nih.json' },
        ),
        outputs: [
          '{workspaceRoot}/runs/demo/ingest/nih/manifest.json',
          '{workspaceRoot}/runs/demo/ingest/nih/run.json',
          '{workspaceRoot}/runs/demo/ingest/nih/records.arrow',
          '{workspaceRoot}/runs/demo/ingest/nih/quarantine.arrow',
        ],
      },
    },
  });
  expect(projects['demo/train/model1/seed-0']).toEqual({
    name: 'demo/train/model1/seed-0',
    root: 'pipelines/demo/train/model1/seed-0',
    implicitDependencies: ['train'],
    targets: {
      train: {
        ...command('train --pipeline pipelines/demo --model model1 --seed 0'),
        cache: true,
        parallelism: false,
        dependsOn: [
          { projects: ['demo/catalog'], target: 'catalog' },
          { projects: ['engine'], target: 'prepare' },
        ],
        inputs: code(
          'train',
          {
            json: '{workspaceRoot}/pipelines/demo/pipeline.json',
            fields: ['train.common', 'train.models.model1'],
          },
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

test('a control of as many operations as another model is trained again when that one changes', () => {
  const models = { model1: {}, model2: { decoder: {} }, longer: { control: { flopsOf: 'model2' } } };
  const targets = targetsOf(pipelineFile('demo', { ...TINY, train: { models } }));
  const fieldsOf = (model: string) =>
    targets[`demo/train/${model}/seed-0:train`]?.inputs?.flatMap((input) =>
      typeof input === 'object' && 'fields' in input ? [(input as { fields: string[] }).fields] : [],
    );
  expect(fieldsOf('longer')).toEqual([['train.common', 'train.models.longer', 'train.models.model2']]);
  expect(fieldsOf('model2')).toEqual([['train.common', 'train.models.model2']]);
  const unknown = { model1: { control: { flopsOf: 'model7' } } };
  expect(() => targetsOf(pipelineFile('other', { ...TINY, train: { models: unknown } }))).not.toThrow();
});

describe('a pipeline that tunes', () => {
  const TUNED = {
    ...STUDY,
    train: {
      ...STUDY.train,
      seeds: [0],
      models: { model1: {}, model2: { decoder: {} }, longer: { control: { flopsOf: 'model2' } } },
      tuning: {
        seed: 1000,
        common: [{ learningRate: 0.001 }, { learningRate: 0.003, weightDecay: 0.01 }],
        models: { model2: [{ lambda: 0.1 }, { lambda: 1 }] },
      },
    },
  };
  const targets = () => targetsOf(pipelineFile('demo', TUNED));
  const inputsOf = (target: string, key: 'fields' | 'dependentTasksOutputFiles') =>
    targets()[target]?.inputs?.flatMap((input) =>
      typeof input === 'object' && key in input ? (input as Record<string, string | string[]>)[key] : [],
    );

  test('has a target for each trial, one that chooses for each model, and no prediction of a trial', () => {
    const rates = ['learning-rate-0.001', 'learning-rate-0.003-weight-decay-0.01'];
    const waits = Object.fromEntries(
      Object.entries(targets())
        .filter(([name]) => /^demo\/(trial|tune|train)\//.test(name))
        .map(([name, target]) => [name, waitsFor(target)]),
    );
    const tune = (model: string) => `demo/tune/${model}:tune`;
    const [catalog, prepare] = ['demo/catalog:catalog', 'engine:prepare'];
    expect(waits).toEqual({
      ...Object.fromEntries(rates.map((rate) => [`demo/trial/model1/${rate}:trial`, [catalog, prepare]])),
      [tune('model1')]: rates.map((rate) => `demo/trial/model1/${rate}:trial`),
      'demo/trial/model2/lambda-0.1:trial': [catalog, tune('model1'), prepare],
      'demo/trial/model2/lambda-1:trial': [catalog, tune('model1'), prepare],
      [tune('model2')]: ['demo/trial/model2/lambda-0.1:trial', 'demo/trial/model2/lambda-1:trial'],
      'demo/train/model1/seed-0:train': [catalog, tune('model1'), prepare],
      'demo/train/model2/seed-0:train': [catalog, tune('model1'), tune('model2'), prepare],
      'demo/train/longer/seed-0:train': [catalog, tune('model1'), prepare],
    });
    expect(Object.keys(targets()).filter((name) => name.endsWith(':predict'))).toHaveLength(3);
    expect(waitsFor(targets()['demo/report:report'])).toEqual(
      expect.arrayContaining([tune('model1'), tune('model2')]),
    );
  });

  test('trains again for another choice alone: not for a trial that loses', () => {
    expect(inputsOf('demo/train/model2/seed-0:train', 'dependentTasksOutputFiles')).toEqual([
      '.viewgap/engine/engine.json',
      '**/catalog/manifest.json',
      '**/tune/model1/choice.json',
      '**/tune/model2/choice.json',
    ]);
    expect(inputsOf('demo/trial/model2/lambda-1:trial', 'dependentTasksOutputFiles')).toEqual([
      '.viewgap/engine/engine.json',
      '**/catalog/manifest.json',
      '**/tune/model1/choice.json',
    ]);
    expect(inputsOf('demo/trial/model2/lambda-1:trial', 'fields')).toEqual([
      'train.common',
      'train.models.model2',
      'train.tuning.seed',
    ]);
    expect(inputsOf('demo/tune/model1:tune', 'fields')).toEqual(['train.tuning.common']);
    expect(inputsOf('demo/report:report', 'dependentTasksOutputFiles')).toContain(
      '**/tune/model2/manifest.json',
    );
  });

  test('has another trial for another value, and the others as they are', () => {
    const tuning = { ...TUNED.train.tuning, models: { model2: [{ lambda: 0.2 }, { lambda: 1 }] } };
    const before = projectsOf(pipelineFile('demo', TUNED));
    const after = projectsOf(pipelineFile('demo', { ...TUNED, train: { ...TUNED.train, tuning } }));
    const same = (name: string) => JSON.stringify(after[name]) === JSON.stringify(before[name]);
    expect(Object.keys(after).filter((name) => !same(name))).toEqual([
      'demo/trial/model2/lambda-0.2',
      'demo/tune/model2',
    ]);
  });

  test.each([
    ['of the wrong kind', 3],
    ['with no trials of the model that all others begin with', { models: { model2: [{ lambda: 1 }] } }],
    ['with trials that are none', { common: [3, null, {}, { learningRate: 'x' }] }],
  ])('a section %s is left to the command to refuse', (_what, tuning) => {
    const broken = pipelineFile('demo', { ...TUNED, train: { ...TUNED.train, tuning } });
    const units = Object.keys(targetsOf(broken));
    expect(units.filter((name) => /:(trial|tune)$/.test(name))).toEqual([]);
    expect(units).toContain('demo/train/model2/seed-0:train');
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
  const { projects } = nodesOf('packages/engine/package.json', workspaceRoot, { env: {}, platform: 'linux' });
  expect(projects).toEqual({
    'packages/engine': {
      targets: {
        prepare: {
          executor: 'nx:run-commands',
          options: {
            command: 'node packages/viewgap/bin/viewgap.mjs prepare --out .viewgap/engine/engine.json',
            cwd: '{workspaceRoot}',
          },
          cache: false,
          inputs: [],
          outputs: ['{workspaceRoot}/.viewgap/engine/engine.json'],
        },
      },
    },
  });
});

test('a seed more adds its own two projects, and changes evaluate and report alone', () => {
  const withSeeds = (seeds: number[]) =>
    projectsOf(pipelineFile('demo', { ...STUDY, train: { seeds, models: { model1: {} } } }));
  const before = withSeeds([0]);
  const after = withSeeds([0, 1]);
  const changed = Object.keys(after).filter(
    (name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]),
  );
  expect(changed.sort()).toEqual([
    'demo/evaluate',
    'demo/predict/model1/seed-1',
    'demo/report',
    'demo/train/model1/seed-1',
  ]);
});

describe('a pipeline.json with mistakes, which the command reports, does not break the workspace', () => {
  const alone = { 'demo:pipeline': [] };
  test.each([
    ['not JSON', '{ "sources": { nih', alone],
    ['empty', '', alone],
    ['not an object', '[1, 2]', alone],
    ['null', 'null', alone],
    ['no sources', { train: TINY.train }, alone],
    ['sources of the wrong kind', { ...TINY, sources: ['nih'] }, alone],
    ['no valid source name', { ...TINY, sources: { '../nih': {}, 'a b': {} } }, alone],
    ['no models', { ...TINY, train: {} }, alone],
    ['train of the wrong kind', { ...TINY, train: 'model1' }, alone],
    ['seeds of the wrong kind', { ...TINY, train: { ...TINY.train, seeds: 3 } }, alone],
    ['no valid seed', { ...TINY, train: { ...TINY.train, seeds: [-1, 0.5, '0', null] } }, alone],
  ])('%s: the pipeline alone', (_what, content, expected) => {
    const targets = targetsOf(pipelineFile('demo', content));
    expect(Object.fromEntries(Object.entries(targets).map(([n, t]) => [n, waitsFor(t)]))).toEqual(expected);
  });

  test('a bad value leaves the units whose keys are good, and their command refuses to run', () => {
    const names = Object.keys(
      targetsOf(
        pipelineFile('demo', {
          sources: { nih: 3, 'Bad name': {} },
          train: { seeds: [0, 'x', 0], models: { model1: null, 'a;b': {} } },
        }),
      ),
    );
    expect(names).toEqual([
      'demo/ingest/nih:ingest',
      'demo/catalog:catalog',
      'demo/train/model1/seed-0:train',
      'demo/predict/model1/seed-0:predict',
      'demo/evaluate:evaluate',
      'demo/report:report',
      'demo:scan',
      'demo:pipeline',
    ]);
  });

  test('a byte order mark is no mistake', () => {
    expect(Object.keys(projectsOf(pipelineFile('demo', `\uFEFF${JSON.stringify(TINY)}`)))).toHaveLength(7);
  });
});

describe('a pipeline whose data are not there waits for nothing, so that its command can say what is missing', () => {
  const pipelineWaits = (root: string, env: NodeJS.ProcessEnv = {}) =>
    waitsFor(targetsOf(pipelineFile('demo', { ...TINY, sources: { nih: { root } } }), env)['demo:pipeline']);

  test.each([
    ['a folder beside the file', '.', {}, true],
    ['a folder that does not exist', 'images', {}, false],
    ['a variable that is not set', '$NIH_ROOT', {}, false],
    ['an empty variable', '$NIH_ROOT', { NIH_ROOT: '' }, false],
    ['a variable with a folder', '$NIH_ROOT', { NIH_ROOT: tmpdir() }, true],
    ['a variable with no folder', '$NIH_ROOT', { NIH_ROOT: join(tmpdir(), 'no', 'such') }, false],
    ['a folder below a variable', '$NIH_ROOT/no/such', { NIH_ROOT: tmpdir() }, false],
    ['an absolute folder', tmpdir(), {}, true],
  ])('%s', (_what, root, env, ready) => {
    expect(pipelineWaits(root, env)).toEqual(ready ? ['demo/report:report'] : []);
  });

  test('its units are still there, to be run one by one', () => {
    const file = pipelineFile('demo', { ...STUDY, sources: { nih: { root: 'nowhere' } } });
    expect(Object.keys(projectsOf(file))).toContain('demo/train/model2/seed-7');
  });

  test('a folder that appears is noticed the next time', () => {
    expect(pipelineWaits('images')).toEqual([]);
    mkdirSync(join(workspaceRoot, 'pipelines/demo/images'));
    expect(pipelineWaits('images')).toEqual(['demo/report:report']);
  });
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

test('the plugin answers for every file that its pattern matches', async () => {
  const files = ['packages/engine/package.json', pipelineFile('a', TINY), pipelineFile('b', '{')];
  const [pattern, create] = createNodes;
  expect(pattern).toBe('{pipelines/*/pipeline.json,packages/engine/package.json}');
  const nodes = await create(files, undefined, { workspaceRoot, nxJsonConfiguration: {} });
  expect(nodes.map(([file, { projects }]) => [file, Object.keys(projects ?? {}).length])).toEqual([
    ['packages/engine/package.json', 1],
    ['pipelines/a/pipeline.json', 7],
    ['pipelines/b/pipeline.json', 1],
  ]);
});

describe('what two places must agree on', () => {
  test('units have the names of contracts, and write the folders of those names', () => {
    const projects = projectsOf(pipelineFile('demo', STUDY));
    const runs = ['model1', 'model2'].flatMap((model) => [0, 7].map((seed) => [model, seed] as const));
    const units = [
      unitPath.ingest('nih'),
      unitPath.ingest('site-b'),
      unitPath.catalog(),
      ...runs.map(([model, seed]) => unitPath.train(model, seed)),
      ...runs.map(([model, seed]) => unitPath.predict(model, seed)),
      unitPath.evaluate(),
      unitPath.report(),
    ];
    expect(Object.keys(projects)).toEqual([...units.map((unit) => `demo/${unit}`), 'demo']);
    for (const unit of units) {
      const target = projects[`demo/${unit}`]?.targets?.[unit.split('/')[0] ?? ''];
      const folder = runFolder('{workspaceRoot}', 'demo', unit);
      expect(target?.outputs?.map((output) => output.startsWith(`${folder}/`))).not.toContain(false);
    }
  });

  test('trials have the names of contracts', () => {
    const trials = [
      { learningRate: 0.001 },
      { learningRate: 1e-7, weightDecay: 0 },
      { weightDecay: 0.5 },
      { weightDecay: 1, learningRate: 1 },
    ];
    const train = { ...TINY.train, tuning: { seed: 9, common: trials } };
    const projects = Object.keys(projectsOf(pipelineFile('demo', { ...TINY, train })));
    expect(projects.filter((name) => name.startsWith('demo/trial/'))).toEqual(
      trials.map((trial) => `demo/${unitPath.trial('model1', trialName(trial))}`),
    );
    expect(projects).toContain(`demo/${unitPath.tune('model1')}`);
  });

  test('every target runs a subcommand that exists', () => {
    const verbs = Object.keys(targetsOf(pipelineFile('demo', TINY))).map((name) => name.split(':')[1]);
    for (const verb of [...verbs, 'phantom', 'prepare', 'trial', 'tune', 'tally']) {
      const file = join(REPOSITORY, 'packages/viewgap/src/commands', `${verb}.ts`);
      expect([file, existsSync(file)]).toEqual([file, true]);
    }
  });

  test('the plugin and the command find the same data missing', () => {
    const env = { SET: tmpdir(), EMPTY: '', WRONG: join(tmpdir(), 'no', 'such') };
    const roots = {
      here: '.',
      absolute: tmpdir(),
      set: '$SET',
      absent: 'images',
      elsewhere: '/no/such/folder',
      unset: '$VIEWGAP_TEST_UNSET',
      empty: '$EMPTY',
      wrong: '$WRONG',
    };
    const sources = Object.entries(roots).map(([name, root]) => [name, { adapter: 'nih-chestxray14', root }]);
    const file = pipelineFile('demo', {
      ...TINY,
      sources: Object.fromEntries(sources),
      evaluate: { to: 'model1' },
    });
    const folder = join(workspaceRoot, dirname(file));
    const command = join(REPOSITORY, 'packages/viewgap/bin/viewgap.mjs');
    const said = execFileSync(process.execPath, [command, 'pipeline', '--pipeline', folder], {
      env: { ...process.env, ...env },
      encoding: 'utf8',
    });
    const missing = Object.entries(roots).filter(([, root]) => !rootExists(root, folder, env));
    expect([...said.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name)).toEqual(
      missing.map(([name]) => name),
    );
    expect(missing.map(([name]) => name)).toEqual(['absent', 'elsewhere', 'unset', 'empty', 'wrong']);
  }, 30_000);

  test('a stage hashes the section of pipeline.json that its command reads', () => {
    const targets = targetsOf(pipelineFile('demo', TINY));
    for (const [name, target] of Object.entries(targets)) {
      const verb = name.split(':')[1] ?? '';
      if (!target.cache) continue;
      const source = readFileSync(join(REPOSITORY, 'packages/viewgap/src/actions', `${verb}.ts`), 'utf8');
      const read = [...source.matchAll(/config\.(ingest|catalog|train\.common|evaluate|report)\b/g)].map(
        (match) => match[1],
      );
      const hashed = (target.inputs ?? []).flatMap((input) =>
        typeof input === 'object' && 'fields' in input ? (input.fields ?? []) : [],
      );
      expect(hashed, verb).toEqual(expect.arrayContaining(read));
    }
  });
});
