import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sha256File } from '@viewgap/artifacts';
import { expect, test } from 'vitest';

const KERNELS = new URL('../../kernels/', import.meta.url);

test('the compiled kernels are those of the source: run kernels/build.sh after an edit', async () => {
  const lines = (await readFile(new URL('built.sha256', KERNELS), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    const [hash, name = ''] = line.split(/ +/);
    expect(await sha256File(fileURLToPath(new URL(name, KERNELS))), name).toBe(hash);
  }
});
