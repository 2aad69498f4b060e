import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, outcomesOf } from '../test/command.ts';

const PIPELINE = 'pipelines/study';
const SETTINGS = ['--settings', `${PIPELINE}/pipeline.json`];
const MODELS = ['model1', 'model2'];
let folder: string;

const STUDY = {
  sources: {
    nih: { adapter: 'nih-chestxray14', root: 'data/nih', phantom: { images: 80, seed: 1, size: 64 } },
    chexpert: {
      adapter: 'chexpert',
      root: 'data/chexpert',
      role: 'external',
      phantom: { images: 30, seed: 2, size: 64 },
    },
  },
  ingest: { size: 32, minEdge: 32 },
  catalog: { seed: 3 },
  train: {
    common: { encoder: { widths: [4] }, epochs: 1, batchSize: 8, precision: 'float32' },
    models: { model1: {}, model2: { decoder: {} } },
  },
  predict: { shown: 1 },
  evaluate: { primary: 'chexpert' },
  report: { title: 'a tiny study' },
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-plain-'));
  mkdirSync(join(folder, PIPELINE), { recursive: true });
  writeFileSync(join(folder, PIPELINE, 'pipeline.json'), JSON.stringify(STUDY));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function viewgap(...args: string[]) {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function run(line: string): void {
  const { status, stderr } = viewgap(...line.split(' '));
  expect([status, status === 0 ? '' : stderr], line).toEqual([0, '']);
}

const text = (path: string) => readFileSync(join(folder, path), 'utf8');

describe('a chain of commands without a pipeline', () => {
  beforeAll(() => {
    run(`phantom --pipeline ${PIPELINE}`);
    for (const source of Object.keys(STUDY.sources)) run(`ingest --pipeline ${PIPELINE} --source ${source}`);
    run(`catalog --pipeline ${PIPELINE}`);
    for (const model of MODELS) {
      for (const verb of ['train', 'predict']) run(`${verb} --pipeline ${PIPELINE} --model ${model}`);
    }
    for (const verb of ['evaluate', 'report']) run(`${verb} --pipeline ${PIPELINE}`);

    const settings = SETTINGS.join(' ');
    for (const source of Object.keys(STUDY.sources)) {
      run(`ingest --source ${source} --root ${PIPELINE}/data/${source} ${settings} --out out/${source}`);
    }
    run(`catalog --ingest out/nih out/chexpert ${settings} --out out/catalog`);
    for (const model of MODELS) {
      run(`train --model ${model} --catalog out/catalog ${settings} --out out/${model}`);
      run(`predict --model out/${model} --catalog out/catalog ${settings} --out out/scores-${model}`);
    }
    run(`evaluate --predictions out/scores-model1 out/scores-model2 ${settings} --out out/metrics`);
    run(
      `report --evaluate out/metrics --catalog out/catalog --train out/model1 out/model2 --predict out/scores-model1 out/scores-model2 ${settings} --out out/report`,
    );
  }, 600_000);

  test.each([
    ['ingest/nih', 'nih'],
    ['ingest/chexpert', 'chexpert'],
    ['catalog', 'catalog'],
    ['train/model1/seed-0', 'model1'],
    ['train/model2/seed-0', 'model2'],
    ['predict/model1/seed-0', 'scores-model1'],
    ['predict/model2/seed-0', 'scores-model2'],
    ['evaluate', 'metrics'],
    ['report', 'report'],
  ])('gives the bytes of the pipeline: %s', (unit, out) => {
    expect(text(`out/${out}/manifest.json`)).toBe(text(`runs/study/${unit}/manifest.json`));
  });

  test('gives the metrics and the page of the pipeline', () => {
    expect(text('out/metrics/metrics.json')).toBe(text('runs/study/evaluate/metrics.json'));
    expect(text('out/report/index.html')).toBe(text('runs/study/report/index.html'));
  });

  test('ends with an export, of the same model', () => {
    run('export --model out/model1 --format safetensors --out out/torch');
    run(`export --pipeline ${PIPELINE} --model model1 --format safetensors --out out/torch-again`);
    expect(text('out/torch/viewgap.json')).toBe(text('out/torch-again/viewgap.json'));
    expect(existsSync(join(folder, 'out/torch/model.safetensors'))).toBe(true);
  });

  test('takes one source of a name', () => {
    expect(viewgap('catalog', '--ingest', 'out/nih', 'out/nih', '--out', 'out/twice')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('two sources have the same name: nih ('),
    });
  });

  test('says which command makes what is missing', () => {
    const report = ['report', '--evaluate', 'out/metrics', '--catalog', 'out/catalog', '--out', 'out/other'];
    expect(viewgap(...report, '--train', 'out/none', '--predict', 'out/scores-model1').stderr).toMatch(
      /no finished train artifact: .*out\/none \(run viewgap train again\)/,
    );
  });

  test('takes flags in the place of settings', () => {
    const flags = ['--predictions', 'out/scores-model1', 'out/scores-model2', '--out', 'out/turned'];
    expect(viewgap('evaluate', ...flags, ...SETTINGS, '--from', 'model2', '--to', 'model1').status).toBe(0);
    const { config } = JSON.parse(text('out/turned/manifest.json'));
    expect(config).toMatchObject({ from: 'model2', to: 'model1', primary: 'chexpert' });
  });
});

const REFUSED: readonly (readonly [args: readonly string[], line: string])[] = [
  [
    ['catalog'],
    'catalog: neither a pipeline nor ingested sources: catalog (give --pipeline, or --ingest and --out)',
  ],
  [
    ['report', '--evaluate', 'e'],
    'report: neither a pipeline nor artifacts to report: report (give --pipeline, or --evaluate, --catalog, --train, --predict and --out)',
  ],
  [
    ['export', '--model', 'out/m', '--seed', '1', '--format', 'safetensors', '--out', 'o'],
    'export: --seed without --pipeline: --seed 1 (a training has one seed: leave it out)',
  ],
  [
    ['export', '--model', 'm', '--format', 'onnx', '--out', 'o'],
    "export: option '--format <name>' argument 'onnx' is invalid (allowed choices are savedmodel, safetensors)",
  ],
  [
    ['predict', '--model', 'm', '--catalog', 'c', '--out', 'o', '--seed', '1'],
    "predict: option '--seed <number>' cannot be used with option '--catalog <folder>' (see viewgap predict --help)",
  ],
  [
    ['phantom', '--pipeline', 'p', '--images', '5'],
    "phantom: option '--images <number>' cannot be used with option '--pipeline <folder>' (see viewgap phantom --help)",
  ],
  ...['catalog', 'report'].map(
    (verb) =>
      [
        [verb, '--pipeline', 'p', '--settings', 's'],
        `${verb}: option '--settings <file>' cannot be used with option '--pipeline <folder>' (see viewgap ${verb} --help)`,
      ] as const,
  ),
];
const refused = outcomesOf(REFUSED.map(([args]) => args));

test.each(REFUSED.map(([args, line], i) => [args, line, refused[i]] as const))(
  '%j is refused',
  (_args, line, outcome) => {
    expect(outcome).toMatchObject({ status: 2, stderr: `viewgap ${line}\n` });
  },
);

test.each<[string, unknown, string]>([
  ['of no training', { ingest: { size: 64 } }, 'settings without the section train: '],
  ['of an unknown key', { ...STUDY, trian: {} }, 'trian: unknown key, did you mean "train"?'],
  [
    'of a whole pipeline, whose references are checked',
    { ...STUDY, evaluate: { primary: 'nih' } },
    'evaluate.primary: "nih" names no source of role external',
  ],
])('settings %s are refused', (_what, settings, message) => {
  writeFileSync(join(folder, 'wrong.json'), JSON.stringify(settings));
  const call = ['train', '--model', 'model1', '--catalog', 'c', '--out', 'o', '--settings', 'wrong.json'];
  expect(viewgap(...call)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
});
