import { beforeAll, expect, test } from 'vitest';
import { capture, defaultCacheDir, OutOfMemoryError, startEngine, tf } from '../index.ts';

beforeAll(() => startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {}, prefer: 'wasm' }));

/** [rows, 1] + [1, columns] */
async function outerSum(rows: number, columns: number): Promise<unknown> {
  const step = capture((column, row) => tf.add(column, row), {
    inputs: [{ shape: [rows, 1] }, { shape: [1, columns] }],
  });
  try {
    const { data } = await step.run(new Float32Array(rows).fill(1), new Float32Array(columns).fill(2));
    return data;
  } catch (error) {
    return error;
  } finally {
    step.dispose();
  }
}

function expectOutOfMemory(outcome: unknown): void {
  expect(outcome instanceof OutOfMemoryError).toBe(true);
  expect((outcome as Error).message).toMatch(
    /^the WASM engine has no memory left: \d+ MiB of tensors, where WebAssembly has 4096 MiB \(take fewer or smaller images/,
  );
}

test('a step that finds too little memory says so, and the next one is right', async () => {
  // Taken and not touched: no machine needs to have it.
  const { wasm } = tf.backend() as unknown as {
    wasm: { _malloc(n: number): number; _free(at: number): void };
  };
  const taken = [1.5, 1.5].map((gigabytes) => wasm._malloc(gigabytes * 1e9));
  expectOutOfMemory(await outerSum(20_000, 18_000));
  for (const address of taken) wasm._free(address);
  expect(await outerSum(2, 3)).toEqual(new Float32Array(6).fill(3));
});

test('a tensor of more than 2 GiB is one of these', async () => {
  expectOutOfMemory(await outerSum(32_768, 32_700));
});
