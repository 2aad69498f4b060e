import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedTensorFlow } from '../../test/cached-tensorflow.ts';
import { prepareEngine } from '../index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-named-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linux = process.platform === 'linux' && process.arch === 'x64';
const cached = cachedTensorFlow();

/** Prepares an engine on a machine without a network, whose VIEWGAP_TENSORFLOW is this. */
function prepareWith(path: string, env: NodeJS.ProcessEnv = process.env) {
  const said: string[] = [];
  const offline = { ...env, VIEWGAP_TENSORFLOW: path, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1' };
  const options = { cacheDir: join(folder, 'cache'), log: (line: string) => said.push(line), env: offline };
  return prepareEngine(options).then((report) => ({ report, said }));
}

/** An environment in which nvidia-smi lists a GPU. */
function withGpu(): NodeJS.ProcessEnv {
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, '#!/bin/sh\necho NVIDIA H100, 550.54.15\n', { mode: 0o755 });
  return { ...process.env, CUDA_VISIBLE_DEVICES: '0', PATH: `${folder}:${process.env.PATH}` };
}

describe.skipIf(!linux)(
  'a TensorFlow that is named and cannot be used is an error, and no other is taken:',
  () => {
    test('a path that is not there', async () => {
      await expect(prepareWith('/no/such/folder')).rejects.toThrow(
        'VIEWGAP_TENSORFLOW is not there: /no/such/folder (set it to a folder, or unset it)',
      );
    });

    test('a folder that holds none says what was looked for', async () => {
      await expect(prepareWith(folder)).rejects.toThrow(
        `VIEWGAP_TENSORFLOW holds no TensorFlow: ${folder} (looked for libtensorflow_cc.so.2 with its include folder, ` +
          'tensorflow/libtensorflow_cc.so.2 with its include folder, lib/libtensorflow.so.2 with its include folder, ' +
          'tensorflow_cpu-2.21.0-*.whl, tensorflow-2.21.0-*.whl)',
      );
    });

    test('a wheel that was cut short, or is another', async () => {
      const wheel = join(folder, 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl');
      writeFileSync(wheel, 'PK cut short');
      const sha256 = createHash('sha256').update('PK cut short').digest('hex');
      for (const path of [wheel, folder]) {
        await expect(prepareWith(path)).rejects.toThrow(
          `not the wheel that is pinned: ${wheel} (sha256 ${sha256}, not dcc8afd3`,
        );
      }
    });

    test('the wheel for a GPU without those of CUDA; on the CPU it needs none', async () => {
      writeFileSync(join(folder, 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl'), 'PK');
      const env = { ...withGpu(), VIEWGAP_TENSORFLOW: folder };
      const options = { cacheDir: join(folder, 'cache'), log: () => {}, env };
      await expect(prepareEngine({ ...options, prefer: 'cuda' })).rejects.toThrow(
        `the cuda engine cannot be had: VIEWGAP_TENSORFLOW lacks a wheel: ${folder}/nvidia_cublas_cu12-12.5.3.2-*.whl (put`,
      );
      await expect(prepareEngine({ ...options, prefer: 'native' })).rejects.toThrow(
        'the native engine cannot be had: not the wheel that is pinned',
      );
    });
  },
);

describe.skipIf(!linux || cached === null)('without any network', () => {
  test('an unpacked wheel runs; where it sees no GPU, that is said, and it runs on the CPU', async () => {
    const { report, said } = await prepareWith(cached ?? '', withGpu());
    expect(report.engine).toBe('native-cpu');
    expect(report.identity).toMatchObject({ tensorflow: '2.21.0', wheelSha256: null });
    expect(report.steps.map(({ why }) => why)).toEqual([
      'the native library fails its self-test: Error: TensorFlow sees no GPU (see: nvidia-smi)',
      `TensorFlow 2.21.0, as named: ${cached}`,
      'not needed: native-cpu was taken',
      'not needed: native-cpu was taken',
    ]);
    expect(said).toEqual(['engine: compiling the addons', 'engine: testing it']);
    const again = await prepareWith(cached ?? '', withGpu());
    expect(again.said).toEqual([]);
  });

  test('the C library, as its archive lays it out, runs', async () => {
    const package_ = join(cached ?? '', 'tensorflow');
    mkdirSync(join(folder, 'lib'));
    symlinkSync(join(package_, 'include'), join(folder, 'include'));
    // The wheel's library has the C library's functions, and asks to be loaded by its own name.
    const links = {
      'libtensorflow.so.2': 'libtensorflow_cc.so.2',
      'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
    };
    for (const [name, target] of Object.entries(links))
      symlinkSync(join(package_, target), join(folder, 'lib', name));
    const framework = 'libtensorflow_framework.so.2';
    symlinkSync(join(package_, framework), join(folder, 'lib', framework));
    const { report } = await prepareWith(folder);
    expect(report.steps[1]).toMatchObject({ taken: true, why: `TensorFlow 2.21.0, as named: ${folder}` });
  });
});
