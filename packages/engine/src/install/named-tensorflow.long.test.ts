import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cachedTensorFlow } from '../../test/cached-tensorflow.ts';
import { prepareWith, withGpu } from '../../test/named-tensorflow.ts';

const linux = process.platform === 'linux' && process.arch === 'x64';
const cached = cachedTensorFlow();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-named-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!linux || cached === null)('without any network', () => {
  test('an unpacked wheel runs; where it sees no GPU, that is said, and it runs on the CPU', async () => {
    const { report, said } = await prepareWith(cached ?? '', folder, withGpu(folder));
    expect(report.engine).toBe('native-cpu');
    expect(report.identity).toMatchObject({ tensorflow: '2.21.0', wheelSha256: null });
    expect(report.steps.map(({ why }) => why)).toEqual([
      'the native library fails its self-test: Error: TensorFlow sees no GPU (see: nvidia-smi)',
      `TensorFlow 2.21.0, as named: ${cached}`,
      'not needed: native-cpu was taken',
      'not needed: native-cpu was taken',
    ]);
    expect(said).toEqual(['engine: compiling the addons', 'engine: testing it']);
    const again = await prepareWith(cached ?? '', folder, withGpu(folder));
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
    const { report } = await prepareWith(folder, folder);
    expect(report.steps[1]).toMatchObject({ taken: true, why: `TensorFlow 2.21.0, as named: ${folder}` });
  });
});
