import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedTensorFlow } from '../../test/cached-tensorflow.ts';
import { defaultCacheDir, EngineError, prepareEngine, startEngine, tf } from '../index.ts';
import { findProgram } from '../system/shell.ts';
import { pipError } from './build/wheel.ts';
import { CPU_DISTRIBUTION } from './build/wheels.ts';
import { ENGINE_CANDIDATES } from './engine-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cacheDir = () => join(folder, 'cache');
const log = () => {};

/** An environment whose PATH holds only the named programs. */
function only(...programs: string[]): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const program of programs) symlinkSync(findProgram(program, process.env) ?? '', join(bin, program));
  return { ...process.env, CXX: '', PATH: bin };
}

/** Why the native engine was passed by, with WASM taken in its place. */
async function whyNotNative(options: {
  cacheDir?: string;
  env: NodeJS.ProcessEnv;
}): Promise<string | undefined> {
  const { engine, steps } = await prepareEngine({ cacheDir: cacheDir(), log, ...options });
  expect(engine).toBe('wasm');
  expect(steps.map((step) => step.candidate)).toEqual(ENGINE_CANDIDATES);
  expect(steps.map((step) => step.taken)).toEqual([false, false, false, true]);
  return steps.find((step) => step.candidate === 'native-cpu')?.why;
}

const tensorflow = cachedTensorFlow();
const linux = process.platform === 'linux' && process.arch === 'x64';

test.runIf(linux && process.env.CI)('CI has the native engine', async () => {
  const { engine } = await prepareEngine({ cacheDir: defaultCacheDir(process.env), log });
  expect(engine).toMatch(/^native/);
});

describe.skipIf(!linux)(
  'where the native engine cannot be had, WASM is taken and the report says why:',
  () => {
    test('no compiler', async () => {
      expect(await whyNotNative({ env: only('python3') })).toBe(
        'no C++ compiler found: g++, c++, clang++ (install one, or set CXX)',
      );
    });

    test('a CXX that is not there', async () => {
      expect(await whyNotNative({ env: { ...only(), CXX: 'icpx -xHost' } })).toBe(
        'no such C++ compiler: icpx (set CXX to one, or unset it)',
      );
    });

    test('no Python', async () => {
      expect(await whyNotNative({ env: only('g++') })).toBe(
        'no Python found: python3, python (install Python 3 with pip)',
      );
    });

    test('a Python without pip', async () => {
      const env = only('g++');
      const python = join(folder, 'bin', 'python3');
      writeFileSync(python, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      expect(await whyNotNative({ env })).toBe(`Python has no pip: ${python} (install pip for it)`);
    });

    const offline = () => ({
      ...process.env,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: folder,
    });

    test('no package index that has the wheel', async () => {
      expect(await whyNotNative({ env: offline() })).toMatch(
        /^no package index has it: tensorflow-cpu==2.21.0 \(/,
      );
    });

    test('a wheel that is not the pinned one', async () => {
      const forged = 'not the wheel';
      writeFileSync(join(folder, 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl'), forged);
      const sha256 = createHash('sha256').update(forged).digest('hex');
      expect(await whyNotNative({ env: offline() })).toBe(
        `the downloaded wheel has the wrong sha256: ${sha256} (check the package index that pip uses)`,
      );
    });

    test('a cache folder that cannot be written', async () => {
      const file = join(folder, 'file');
      writeFileSync(file, '');
      expect(await whyNotNative({ cacheDir: join(file, 'cache'), env: process.env })).toMatch(
        /^the engine cannot be written to its cache: .*file.* \(ENOTDIR: set VIEWGAP_CACHE\)$/,
      );
    });

    test.skipIf(tensorflow === null)('a compiler that does not compile', async () => {
      mkdirSync(cacheDir());
      symlinkSync(tensorflow ?? '', join(cacheDir(), basename(tensorflow ?? '')));
      expect(await whyNotNative({ env: { ...process.env, CXX: 'g++ -fno-such-option' } })).toMatch(
        /^the addon does not compile: .*no-such-option.* \(try another compiler with CXX\)$/,
      );
      expect(readdirSync(cacheDir()).filter((name) => name.startsWith('addons-'))).toEqual([]);
    });
  },
);

describe.skipIf(!linux)('where nvidia-smi lists a GPU', () => {
  function withGpu(driver = '550.54.15'): NodeJS.ProcessEnv {
    const program = join(folder, 'nvidia-smi');
    writeFileSync(program, `#!/bin/sh\necho NVIDIA H100, ${driver}\n`, { mode: 0o755 });
    const offline = { PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder };
    return { ...process.env, ...offline, CUDA_VISIBLE_DEVICES: '0', PATH: `${folder}:${process.env.PATH}` };
  }

  test('CUDA is tried first, with the wheels for it', async () => {
    const { steps, unusableGpu } = await prepareEngine({ cacheDir: cacheDir(), log, env: withGpu() });
    expect(unusableGpu).toMatchObject({
      gpu: 'NVIDIA H100, driver 550.54.15',
      what: 'no package index has it',
      value: 'tensorflow==2.21.0',
    });
    expect(steps.map(({ why }) => why).slice(0, 2)).toEqual([
      expect.stringMatching(/^no package index has it: tensorflow==2.21.0 \(/),
      expect.stringMatching(/^no package index has it: tensorflow-cpu==2.21.0 \(/),
    ]);
  });

  test('a driver that is too old is named', async () => {
    const { steps, unusableGpu } = await prepareEngine({
      cacheDir: cacheDir(),
      log,
      env: withGpu('470.256.02'),
    });
    expect(steps[0]?.why).toMatch(/^the NVIDIA driver is too old: 470.256.02 \(/);
    expect(unusableGpu?.value).toBe('470.256.02');
  });

  test('an engine that starts without it says so, in one line with the reason and the cure', async () => {
    const lines: string[] = [];
    const env = withGpu('470.256.02');
    const { name } = await startEngine({ cacheDir: cacheDir(), log: (line) => lines.push(line), env });
    expect(name).toBe('wasm');
    expect(lines.filter((line) => line.includes('GPU'))).toEqual([
      'engine: the GPU is not used (NVIDIA H100, driver 470.256.02): the NVIDIA driver is too old: 470.256.02 ' +
        '(CUDA 12 needs 525.60 or newer: update the driver)',
    ]);
  });

  test('another engine that is asked for by name starts without a message', async () => {
    const lines: string[] = [];
    const report = await prepareEngine({
      cacheDir: cacheDir(),
      log: (line) => lines.push(line),
      env: withGpu(),
      prefer: 'wasm',
    });
    expect([report.unusableGpu, lines]).toEqual([null, []]);
  });

  test('asked for by name, CUDA or an error', async () => {
    const asked = prepareEngine({ cacheDir: cacheDir(), log, env: withGpu(), prefer: 'cuda' });
    await expect(asked).rejects.toThrow(
      /^the cuda engine cannot be had: no package index has it: tensorflow==2.21.0 \(.*; or unset VIEWGAP_ENGINE\)$/,
    );
  });
});

test.skipIf(!linux)('asked for by name, the native engine or an error', async () => {
  const asked = prepareEngine({ cacheDir: cacheDir(), log, env: only('python3'), prefer: 'native' });
  await expect(asked).rejects.toThrow(EngineError);
  await expect(asked).rejects.toThrow(
    'the native engine cannot be had: no C++ compiler found: g++, c++, clang++ (install one, or set CXX; or unset VIEWGAP_ENGINE)',
  );
});

test('asked for by name, WASM starts without a look at the others', async () => {
  const env = { PATH: '' };
  const { name, identity, report } = await startEngine({ cacheDir: cacheDir(), log, env, prefer: 'wasm' });
  expect(name).toBe('wasm');
  expect(identity).toMatchObject({
    engine: 'wasm',
    tfjs: tf.version_core,
    tensorflow: null,
    wheelSha256: null,
  });
  expect(report.steps.map(({ why }) => why)).toEqual([
    'wasm was asked for by name',
    'wasm was asked for by name',
    'wasm was asked for by name',
    'asked for by name',
  ]);
  expect(tf.getBackend()).toBe('wasm');
  expect([...tf.matMul([[1, 2]], [[3], [4]]).dataSync()]).toEqual([11]);
});

test.each([
  [
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    'no space left on the disk',
  ],
  [
    "WARNING: Retrying after connection broken by 'NewConnectionError(...)'\nERROR: No matching distribution found",
    'pip cannot reach its package index',
  ],
  ['ERROR: something new', 'pip failed: ERROR: something new'],
])('of pip saying %j it is said: %s', (output, message) => {
  expect(pipError(output, CPU_DISTRIBUTION).message).toContain(message);
  expect(pipError(output, CPU_DISTRIBUTION).message).toContain('tensorflow-cpu==2.21.0');
});
