import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defaultCacheDir, prepareEngine } from '@viewgap/engine';
import { beforeAll, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./demo-steps.ts', import.meta.url));
const { engine } = await prepareEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });

/** Losses of the demo's first five steps, in a process of its own. */
async function lossesWith(env: Readonly<Record<string, string>>): Promise<number[]> {
  const call = ['--import', import.meta.resolve('tsx'), PROGRAM, '5'];
  const { stdout } = await promisify(execFile)(process.execPath, call, { env: { ...process.env, ...env } });
  return JSON.parse(stdout) as number[];
}

/** Trains with each number of threads: with some, oneDNN's gradient of the demo's first shortcut ended the process on AVX-512. */
export function expectSameLosses(threads: readonly string[]): void {
  describe.skipIf(engine !== 'native-cpu')("the demo's training step", () => {
    let expected: number[];
    beforeAll(async () => {
      expected = await lossesWith({ TF_ENABLE_ONEDNN_OPTS: '0' });
    });

    test.for(threads)('on %s threads gives the loss that it has without oneDNN', async (count) => {
      // TensorFlow turns oneDNN on by itself only where the processor has AVX-512 VNNI or AMX.
      const losses = await lossesWith({ TF_ENABLE_ONEDNN_OPTS: '1', TF_NUM_INTRAOP_THREADS: count });
      const differences = losses.map((loss, step) => Math.abs(loss - (expected[step] as number)));
      // One update after the first gradients. By rounding the loss moves by 2e-7; with the shortcut's gradient taken at the
      // wrong pixels by 2e-5.
      expect(differences[1]).toBeLessThan(1e-5);
      // Adam takes a gradient of almost 0 for a full step either way: by rounding alone, with oneDNN or without, the loss
      // comes to 0.69648 or 0.69662, depending on the number of threads.
      expect(differences[4]).toBeLessThan(1e-3);
    });
  });
}
