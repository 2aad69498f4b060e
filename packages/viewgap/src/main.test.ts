import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/viewgap.mjs', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-command-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function viewgap(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function pipeline(name: string, config: unknown): string {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(folder, name, 'pipeline.json'),
    typeof config === 'string' ? config : JSON.stringify(config),
  );
  return name;
}

const VALID = {
  sources: { nih: { adapter: 'nih-chestxray14', root: 'data' } },
  train: { models: { model1: {}, model2: { decoder: {} } } },
};

test('--help lists the commands; each command has an example', () => {
  const { status, stdout } = viewgap('--help');
  expect(status).toBe(0);
  const verbs = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1] as string);
  expect(verbs).toEqual(
    expect.arrayContaining(['ingest', 'catalog', 'train', 'predict', 'evaluate', 'report', 'doctor']),
  );
  const help = viewgap('train', '--help');
  expect(help.status).toBe(0);
  expect(help.stdout).toContain(
    'example: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0',
  );
});

test('--help tells what people use from what pipelines call', () => {
  const [, people = '', pipelines = ''] = viewgap('--help').stdout.split(/Commands:|Called by pipelines:/);
  const verbs = (text: string) => [...text.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]);
  expect(verbs(people)).toEqual(
    'ingest sheet catalog train predict export evaluate report phantom doctor bench help'.split(' '),
  );
  expect(verbs(pipelines)).toEqual('scan prepare trial tune tally pipeline'.split(' '));
});

test('help of a command is what its --help says, and --version is the version of the package', () => {
  expect(viewgap('help', 'train').stdout).toBe(viewgap('train', '--help').stdout);
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(viewgap('--version').stdout).toBe(`${version}\n`);
});

test.each([
  ['train', ['--model', 'model1'], ['--out', 'o'], '--out <folder>'],
  ['train', ['--model', 'model1'], ['--catalog', 'c'], '--catalog <folder>'],
  ['train', ['--model', 'model1'], ['--settings', 's.json'], '--settings <file>'],
  ['predict', ['--model', 'model1'], ['--out', 'o'], '--out <folder>'],
  ['ingest', ['--source', 'nih'], ['--root', 'r'], '--root <folder>'],
  ['evaluate', [], ['--from', 'a'], '--from <model>'],
  ['evaluate', [], ['--bootstrap', '10'], '--bootstrap <replicates>'],
  ['evaluate', [], ['--out', 'o'], '--out <folder>'],
])('%s with --pipeline refuses a flag that it would not heed: %j %j', (verb, needed, flag, name) => {
  const { status, stderr } = viewgap(verb, ...needed, '--pipeline', 'x', ...flag);
  expect(stderr).toBe(
    `viewgap ${verb}: option '${name}' cannot be used with option '--pipeline <folder>' (see viewgap ${verb} --help)\n`,
  );
  expect(status).toBe(2);
});

test.each([
  [['ingset'], /^viewgap: unknown command 'ingset' \(Did you mean ingest\?\)\n$/],
  [
    ['ingest', '--pipeline', 'x'],
    /^viewgap ingest: required option '--source <name>' not specified \(see viewgap ingest --help\)\n$/,
  ],
  [
    ['ingest', '--source', 'nih'],
    /^viewgap ingest: neither a pipeline nor a folder: --source nih \(give --pipeline, or --root and --out\)\n$/,
  ],
  [
    ['ingest', '--source', 'nhi', '--root', '.', '--out', 'o'],
    /^viewgap ingest: no such layout: nhi \(did you mean "nih"\?\)\n$/,
  ],
  [['phantom'], /^viewgap phantom: neither a pipeline nor a layout: phantom \(give --layout and --out\)\n$/],
  [
    ['phantom', '--layout', 'mimmic', '--out', 'o'],
    /^viewgap phantom: no such layout: mimmic \(did you mean "mimic"\?\)\n$/,
  ],
  [
    ['phantom', '--layout', 'nih', '--out', 'o', '--images', '0', '--missing-views', '2'],
    /^viewgap phantom: flags that phantom does not take: --images: .*; --missing-views: .* \(see viewgap phantom --help\)\n$/,
  ],
  [
    ['phantom', '--layout', 'nih', '--out', 'o', '--images', 'many'],
    /^viewgap phantom: option '--images <number>' argument 'many' is invalid \(give a whole number from 0\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--catalog', 'c'],
    /^viewgap train: neither a pipeline nor a catalog: --model model1 \(give --pipeline, or --catalog and --out\)\n$/,
  ],
  [
    ['train', '--model', 'model3', '--catalog', 'c', '--out', 'o'],
    /^viewgap train: no such model in the study: model3 \(did you mean "model1"\?\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--pipeline', 'x', '--checkpoint', 'often'],
    /^viewgap train: option '--checkpoint <every>' argument 'often' is invalid \(write 5m for minutes, 200 for steps\)\n$/,
  ],
  [
    ['train', '--model', 'model2', '--pipeline', 'x', '--sweep', 'lambda=1'],
    /^viewgap train: option '--sweep <name=values>' cannot be used with option '--pipeline <folder>' \(.*\)\n$/,
  ],
  [
    ['train', '--model', 'model1', '--catalog', 'c', '--out', 'o', '--sweep', 'lambda=1'],
    /^viewgap train: a sweep of lambda for a model without a decoder: model1 \(.*\)\n$/,
  ],
  [
    ['predict', '--model', 'out/model1', '--catalog', 'c'],
    /^viewgap predict: neither a pipeline nor a catalog: --model out\/model1 \(give --pipeline, or --catalog and --out\)\n$/,
  ],
  [
    ['catalog', '--pipeline', 'x', '--pipelin', 'x'],
    /^viewgap catalog: unknown option '--pipelin' \(Did you mean --pipeline\?\)\n$/,
  ],
  [
    ['catalog', '--pipeline', 'nowhere'],
    /^viewgap catalog: no such pipeline: .*nowhere\/pipeline\.json \(.*\)\n$/,
  ],
  [['tune', '--pipeline', 'x', '--model', 'constructor'], /^viewgap tune: no such pipeline: /],
  [['constructor'], /^viewgap: unknown command 'constructor' \(see viewgap --help\)\n$/],
  [['evaluate'], /^viewgap evaluate: nothing to evaluate: no --pipeline \(give --pipeline .*\)\n$/],
])('a wrong call %j is one line on stderr and status 2', (args, line) => {
  const { status, stdout, stderr } = viewgap(...args);
  expect(stderr).toMatch(line);
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test('phantom writes a data set that ingest reads without a pipeline', () => {
  const drawn = viewgap(
    'phantom',
    '--layout',
    'chexpert',
    '--images',
    '3',
    '--size',
    '128',
    '--out',
    'chexpert',
  );
  expect([drawn.status, drawn.stderr]).toEqual([0, expect.stringContaining('phantom chexpert: 10 files\n')]);
  const read = viewgap('ingest', '--source', 'chexpert', '--root', 'chexpert', '--out', 'out', '--explain');
  expect([read.status, read.stderr]).toEqual([0, expect.stringContaining('4 records, 6 quarantined')]);
  expect(read.stdout).toContain('lateral');
});

test('phantom draws no source of a pipeline that has data of its own', () => {
  const { status, stderr } = viewgap('phantom', '--pipeline', pipeline('own', VALID), '--source', 'nih');
  expect(stderr).toContain('a source that is no phantom: nih');
  expect(status).toBe(2);
});

test('a wrong pipeline.json lists every mistake at once, with its path and the nearest valid name', () => {
  const folderName = pipeline('wrong', {
    ...VALID,
    sources: { nih: { adapter: 'nih-chestxray', root: 'data' } },
    train: { models: { model1: { decodr: {} } }, epoch: 3 },
    evaluate: { to: 'model1', findings: ['CSN', 'FBI'] },
  });
  const { status, stderr } = viewgap('catalog', '--pipeline', folderName);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(
    'sources.nih.adapter: "nih-chestxray" is not valid, did you mean "nih-chestxray14"?',
  );
  expect(stderr).toContain('train.models.model1.decodr: unknown key, did you mean "decoder"?');
  expect(stderr).toContain('evaluate.findings.1: "FBI" is not valid, did you mean "FIB"?');
  expect(stderr).toContain('train.epoch: unknown key');
});

test('unknown sources, models and seeds are named with their nearest valid name', () => {
  const name = pipeline('valid', VALID);
  expect(viewgap('ingest', '--pipeline', name, '--source', 'nhi').stderr).toContain(
    'no such source in valid: nhi (did you mean "nih"?)',
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'modell').stderr).toContain(
    'no such model in valid: modell',
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'model1', '--seed', '1.5').stderr).toContain(
    "option '--seed <number>' argument '1.5' is invalid (give a whole number from 0)",
  );
});

test('a source folder that is missing is named with the cure, and neither the other sources nor the pipeline stop', () => {
  const name = pipeline('missing', {
    ...VALID,
    sources: { nih: { adapter: 'nih-chestxray14', root: '$NO_SUCH_ROOT' } },
  });
  const scan = viewgap('scan', '--pipeline', name, '--source', 'nih');
  expect(scan.status).toBeGreaterThan(0);
  expect(scan.stderr).toMatch(/^viewgap scan: .*NO_SUCH_ROOT.*\n$/);
  const all = viewgap('scan', '--pipeline', name);
  expect(all.status).toBe(0);
  expect(all.stderr).toMatch(/^scan nih: .*NO_SUCH_ROOT.*\n$/);
  const whole = viewgap('pipeline', '--pipeline', name);
  expect(whole.status).toBe(0);
  expect(whole.stdout).toContain(
    'nih: an environment variable is not set: NO_SUCH_ROOT (export NO_SUCH_ROOT=/path/to/the/source)',
  );
});

test('a stage whose input was never made says which command makes it', () => {
  const name = pipeline('first', VALID);
  const { status, stderr } = viewgap('catalog', '--pipeline', name);
  expect(status).toBe(1);
  expect(stderr).toMatch(/no finished ingest artifact: .* \(run: npx nx run first\/ingest\/nih:ingest\)/);
});

test('an engine that does not exist is refused by name', () => {
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'doctor'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, VIEWGAP_ENGINE: 'metal' },
  });
  expect(status).toBe(2);
  expect(stderr).toContain('no such engine in VIEWGAP_ENGINE: metal (known: cuda, native, webgpu, wasm)');
});

test('an engine that is asked for by name and cannot be had is one line, and no other is taken', () => {
  const { status, stderr } = spawnSync(process.execPath, [BIN, 'doctor'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, VIEWGAP_ENGINE: 'native', VIEWGAP_TENSORFLOW: '/no/such/folder' },
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^viewgap doctor: the native engine cannot be had: .*\n$/);
});

describe('on a machine whose NVIDIA driver is too old', () => {
  const LINE =
    'the GPU is not used (Tesla K80, driver 470.256.02): the NVIDIA driver is too old: 470.256.02 (CUDA 12 needs 525.60 or newer: update the driver';

  /** On an engine that is always there: no other can be had. */
  function onOldDriver(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'nvidia-smi'), '#!/bin/sh\necho Tesla K80, 470.256.02\n', { mode: 0o755 });
    return spawnSync(process.execPath, [BIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { HOME: folder, VIEWGAP_CACHE: join(folder, 'cache'), PATH: `${bin}:/bin`, CXX: 'none', ...env },
    });
  }
  const training = ['train', '--model', 'model1', '--catalog', 'nowhere', '--out', 'out'];
  const gpuLines = (stderr: string) => stderr.split('\n').filter((line) => line.includes('GPU'));

  test('doctor says why the GPU is not used, and fails', () => {
    const { status, stdout, stderr } = onOldDriver(['doctor', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ engine: 'wasm', unusable_gpu: { value: '470.256.02' } });
    expect(stderr).toBe(`viewgap doctor: ${LINE})\n`);
    expect(status).toBe(1);
    expect(onOldDriver(['doctor'], { VIEWGAP_ENGINE: 'wasm' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('a training says it in one line, and nothing where it was asked to run on another engine', () => {
    expect(gpuLines(onOldDriver(training).stderr)).toEqual([`engine: ${LINE})`]);
    expect(gpuLines(onOldDriver(training, { VIEWGAP_ENGINE: 'wasm' }).stderr)).toEqual([]);
    expect(onOldDriver(training, { VIEWGAP_ENGINE: 'cuda' }).stderr).toMatch(
      /^viewgap train: the cuda engine cannot be had: the NVIDIA driver is too old: .*\n$/,
    );
  });

  test('a training on the engine that prepare found says it, too, and how to look again', () => {
    const { stderr } = onOldDriver(['prepare']);
    expect(gpuLines(stderr)).toEqual([`engine: ${LINE})`]);
    const identity = readFileSync(join(folder, '.viewgap/engine/engine.json'), 'utf8');
    expect(JSON.parse(identity)).toMatchObject({ engine: 'wasm' });
    expect(identity).not.toContain('470');
    expect(gpuLines(onOldDriver(training).stderr)).toEqual([
      `engine: ${LINE}; then run: npx nx run engine:prepare)`,
    ]);
    rmSync(join(folder, '.viewgap/engine'), { recursive: true });
  });
});

test('evaluate alone: a predictions file of any models, into a folder that holds nothing else', () => {
  writeFileSync(
    join(folder, 'scores.csv'),
    scoresOf(['resnet', 'vit'], (i) => (i % 3 ? 0 : 1)),
  );
  const models = ['--from', 'resnet', '--to', 'vit'];
  const done = viewgap('evaluate', '--predictions', 'scores.csv', '--out', 'scored', ...models);
  expect(done.status).toBe(0);
  expect(done.stdout).toContain(join('scored', 'metrics.json'));
  const metrics = JSON.parse(readFileSync(join(folder, 'scored/metrics.json'), 'utf8'));
  expect(metrics.changes).toHaveLength(8);
  expect(viewgap('evaluate', '--predictions', 'scores.csv', '--out', 'scored', ...models).status).toBe(0);

  const wrong = viewgap('evaluate', '--predictions', 'scores.csv', '--out', 'scored');
  expect(wrong.stderr).toContain('the predictions hold no model of evaluate.from: model1');
  expect(wrong.status).toBe(2);

  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/thesis.txt'), 'years of work');
  const refused = viewgap('evaluate', '--predictions', 'scores.csv', '--out', 'mine', ...models);
  expect(refused.stderr).toMatch(
    /--out holds a file that evaluate did not write: .*thesis\.txt \(name an empty folder\)/,
  );
  expect(readFileSync(join(folder, 'mine/thesis.txt'), 'utf8')).toBe('years of work');
});

/** Two models, one finding of each text, 40 patients; `label` of each image. */
function scoresOf(
  models: readonly string[],
  label: (image: number, finding: string) => 0 | 1 | '',
  findings = ['PEF'],
) {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = Array.from({ length: 80 }, (_, i) =>
    models.flatMap((model, m) =>
      findings.map((finding) =>
        [
          'own',
          `i${i}`,
          `p${i >> 1}`,
          i % 2 ? 'AP' : 'PA',
          quoted(model),
          finding,
          label(i, finding),
          ((i * 37) % 80) + m * (i % 5),
        ].join(),
      ),
    ),
  );
  return ['dataset,image_id,patient_id,view,model,finding,label,score', ...rows.flat()].join('\n');
}

test.each([
  ['ResNet50', 'ViT_B/16'],
  ['constructor', '__proto__'],
  ['모델 "하나"', '--to'],
])('evaluate alone: models called %j and %j are compared', (from, to) => {
  writeFileSync(
    join(folder, 'names.csv'),
    scoresOf([from, to], (i) => (i % 3 ? 0 : 1)),
  );
  const flags = [`--from=${from}`, `--to=${to}`, '--out', 'named'];
  const done = viewgap('evaluate', '--predictions', 'names.csv', ...flags);
  expect([done.stderr, done.status]).toEqual([expect.stringContaining('8 changes'), 0]);
  const metrics = JSON.parse(readFileSync(join(folder, 'named/metrics.json'), 'utf8'));
  expect(metrics.changes[0]).toMatchObject({ from, to, delta: expect.any(Number) });
});

test('evaluate alone: a model that is known by another case is near', () => {
  writeFileSync(
    join(folder, 'names.csv'),
    scoresOf(['ResNet50', 'ViT_B/16'], (i) => (i % 3 ? 0 : 1)),
  );
  const flags = ['--from', 'resnet50', '--to', 'ViT_B/16', '--out', 'named'];
  expect(viewgap('evaluate', '--predictions', 'names.csv', ...flags).stderr).toContain(
    'the predictions hold no model of evaluate.from: resnet50 (did you mean "ResNet50"?',
  );
  const none = viewgap('evaluate', '--predictions', 'names.csv', '--from', '', '--out', 'named');
  expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('--from: must not be empty')]);
});

test('evaluate alone: findings without labels are refused where asked for, else named', () => {
  const label = (i: number, finding: string) => (finding === 'FIB' ? '' : i % 3 ? 0 : 1);
  writeFileSync(join(folder, 'lacks.csv'), scoresOf(['a', 'b'], label, ['PEF', 'FIB']));
  const call = ['evaluate', '--predictions', 'lacks.csv', '--from', 'a', '--to', 'b', '--out', 'lacking'];
  const done = viewgap(...call);
  expect([done.status, done.stderr]).toEqual([
    0,
    expect.stringContaining('evaluate: no known label of FIB in any data set: n/a in every table\n'),
  ]);
  const asked = viewgap(...call, '--findings', 'PEF', 'FIB');
  expect([asked.status, asked.stderr]).toEqual([
    1,
    expect.stringMatching(
      /viewgap evaluate: findings asked for without a known label in any data set: FIB \(.*\)\n$/,
    ),
  ]);
  expect(viewgap(...call, '--findings', 'PEF').status).toBe(0);
});

test('evaluate alone: a wide table with labels beside it, under other names', () => {
  const ids = Array.from({ length: 60 }, (_, i) => i);
  writeFileSync(
    join(folder, 'wide.csv'),
    ['Image,prob_PTX', ...ids.map((i) => `i${i},${((i * 37) % 60) / 60}`)].join('\n'),
  );
  const labels = ids.map(
    (i) => `i${i},p${i >> 1},${i % 2 ? 'AP' : 'PA'},${i % 3 ? 'No Finding' : 'PTX|PEF'}`,
  );
  writeFileSync(join(folder, 'labels.csv'), ['Image,patient_id,view,Findings', ...labels].join('\n'));
  const layout = [
    '--wide',
    'prob_{finding}',
    '--labels',
    'labels.csv',
    '--label-list',
    'Findings',
    '--map',
    'image_id=Image',
  ];
  const evaluate = (...args: string[]) =>
    viewgap(
      'evaluate',
      '--predictions',
      'wide.csv',
      '--out',
      'wide',
      ...layout,
      '--set',
      'dataset=own',
      '--set',
      'model=vit',
      ...args,
    );
  expect(evaluate('--bootstrap', '100').stderr).toContain('bootstrap');
  const metrics = JSON.parse(readFileSync(join(folder, 'wide/metrics.json'), 'utf8'));
  expect(metrics.datasets).toMatchObject([{ dataset: 'own', images: 60, patients: 30 }]);
  expect(metrics.bootstrap).toHaveLength(8);
  const { stderr, status } = evaluate('--margin', '2', '--from', '');
  expect(status).toBe(2);
  expect(stderr).toMatch(/flags that evaluate does not take: --from: .*; --margin: /);
  expect(evaluate('--margin', 'small').stderr).toContain("argument 'small' is invalid (give a number)");
  expect(evaluate('--family', 'all')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("argument 'all' is invalid (allowed choices are findings, dataset)"),
  });
  expect(evaluate('--set', 'dataset').stderr).toContain(
    "option '--set <column=value>' argument 'dataset' is invalid (write name=value)",
  );
});

test('settings of a training without a pipeline are read as strictly as those of one', () => {
  writeFileSync(
    join(folder, 'settings.json'),
    '{ "train": { "common": { "epoch": 3 }, "models": { "m": {} } } }',
  );
  const call = ['train', '--model', 'm', '--catalog', 'c', '--out', 'o', '--settings', 'settings.json'];
  const { status, stderr } = viewgap(...call);
  expect(stderr).toMatch(
    /1 mistake in .*settings.json: train.common.epoch: unknown key, did you mean "epochs"\?/,
  );
  expect(status).toBe(2);
  expect(viewgap(...call.slice(0, -1), 'none.json').stderr).toMatch(/no such settings: .*none.json/);
});

test('trials of a pipeline are named by their values, and a training waits for the choice', () => {
  const tuning = {
    seed: 1000,
    common: [{ learningRate: 0.01 }, { learningRate: 0.001 }],
    models: { model2: [{ lambda: 0.1 }, { lambda: 1 }] },
  };
  const name = pipeline('tuned', { ...VALID, train: { ...VALID.train, tuning } });
  expect(viewgap('trial', '--pipeline', name, '--model', 'model2', '--trial', 'lambda-0.2')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(
      'no such trial of model2 in train.tuning: lambda-0.2 (did you mean "lambda-0.1"?)',
    ),
  });
  expect(viewgap('tune', '--pipeline', name, '--model', 'model1').stderr).toMatch(
    /no finished trial artifact: .* \(run: npx nx run tuned\/trial\/model1\/learning-rate-0\.01:trial\)/,
  );
  expect(viewgap('train', '--pipeline', name, '--model', 'model2').stderr).toMatch(
    /no finished tune artifact: .* \(run: npx nx run tuned\/tune\/model1:tune\)/,
  );
  const settings = ['--catalog', 'c', '--out', 'o', '--settings', 'tuned.json'];
  writeFileSync(join(folder, 'tuned.json'), JSON.stringify({ train: { ...VALID.train, tuning } }));
  expect(viewgap('train', '--model', 'model1', ...settings).stderr).toContain(
    'train.tuning without a pipeline: tuned.json (give --pipeline, or try values with --sweep',
  );
});

test('doctor says which engine it takes and why not those before it, and what pipelines lack', () => {
  pipeline('pipelines/here', { ...VALID, sources: { nih: { adapter: 'nih-chestxray14', root: '.' } } });
  pipeline('pipelines/there', VALID);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [BIN, 'doctor', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, VIEWGAP_ENGINE: 'wasm' },
    });
  const facts = JSON.parse(run('--json').stdout);
  expect(facts).toMatchObject({ engine: 'wasm', libraries: { tensorflow: null, node: process.version } });
  expect(facts.engines.map((step: { candidate: string }) => step.candidate)).toEqual([
    'native-cuda',
    'native-cpu',
    'webgpu',
    'wasm',
  ]);
  expect(facts.pipelines).toMatchObject({ here: [], there: [expect.stringContaining('no such folder')] });
  const { stdout, status } = run();
  expect(status).toBe(0);
  expect(stdout).toContain('-> wasm');
  expect(stdout).toContain('here: ready');
});
