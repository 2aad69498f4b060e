import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareWith, withGpu } from '../../test/named-tensorflow.ts';
import { prepareEngine } from '../index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-named-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const linux = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!linux)(
  'a TensorFlow that is named and cannot be used is an error, and no other is taken:',
  () => {
    test('a path that is not there', async () => {
      await expect(prepareWith('/no/such/folder', folder)).rejects.toThrow(
        'VIEWGAP_TENSORFLOW is not there: /no/such/folder (set it to a folder, or unset it)',
      );
    });

    test('a folder that holds none says what was looked for', async () => {
      await expect(prepareWith(folder, folder)).rejects.toThrow(
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
        await expect(prepareWith(path, folder)).rejects.toThrow(
          `not the wheel that is pinned: ${wheel} (sha256 ${sha256}, not dcc8afd3`,
        );
      }
    });

    test('the wheel for a GPU without those of CUDA; on the CPU it needs none', async () => {
      writeFileSync(join(folder, 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl'), 'PK');
      const env = { ...withGpu(folder), VIEWGAP_TENSORFLOW: folder };
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
