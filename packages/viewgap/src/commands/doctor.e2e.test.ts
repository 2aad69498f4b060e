import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandFolder, VALID } from '../../test/command.ts';

const { path, viewgapIn, pipeline } = commandFolder();

test('an engine that does not exist is refused by name', () => {
  const { status, stderr } = viewgapIn({ ...process.env, VIEWGAP_ENGINE: 'metal' }, 'doctor');
  expect(status).toBe(2);
  expect(stderr).toContain('no such engine in VIEWGAP_ENGINE: metal (known: cuda, native, webgpu, wasm)');
});

test('an engine that is asked for by name and cannot be had is one line, and no other is taken', () => {
  const { status, stderr } = viewgapIn(
    { ...process.env, VIEWGAP_ENGINE: 'native', VIEWGAP_TENSORFLOW: '/no/such/folder' },
    'doctor',
  );
  expect(status).toBe(1);
  expect(stderr).toMatch(/^viewgap doctor: the native engine cannot be had: .*\n$/);
});

describe('on a machine whose NVIDIA driver is too old', () => {
  const LINE =
    'the GPU is not used (Tesla K80, driver 470.256.02): the NVIDIA driver is too old: 470.256.02 (CUDA 12 needs 525.60 or newer: update the driver';

  /** On an engine that is always there: no other can be had. */
  function onOldDriver(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const bin = path('bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'nvidia-smi'), '#!/bin/sh\necho Tesla K80, 470.256.02\n', { mode: 0o755 });
    return viewgapIn(
      { HOME: path(), VIEWGAP_CACHE: path('cache'), PATH: `${bin}:/bin`, CXX: 'none', ...env },
      ...args,
    );
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
    const identity = readFileSync(path('.viewgap/engine/engine.json'), 'utf8');
    expect(JSON.parse(identity)).toMatchObject({ engine: 'wasm' });
    expect(identity).not.toContain('470');
    expect(gpuLines(onOldDriver(training).stderr)).toEqual([
      `engine: ${LINE}; then run: npx nx run engine:prepare)`,
    ]);
    rmSync(path('.viewgap/engine'), { recursive: true });
  });
});

test('doctor says which engine it takes and why not those before it, and what pipelines lack', () => {
  pipeline('pipelines/here', { ...VALID, sources: { nih: { adapter: 'nih-chestxray14', root: '.' } } });
  pipeline('pipelines/there', VALID);
  const run = (...args: string[]) => viewgapIn({ ...process.env, VIEWGAP_ENGINE: 'wasm' }, 'doctor', ...args);
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
