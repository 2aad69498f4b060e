import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import { sha256File } from '@viewgap/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Kernels } from './kernels.ts';

const KERNELS = new URL('../../kernels/', import.meta.url);

test('the compiled kernels are those of the source: run kernels/build.sh after an edit', async () => {
  const lines = (await readFile(new URL('built.sha256', KERNELS), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const [hash, name = ''] = line.split(/ +/);
    expect(await sha256File(fileURLToPath(new URL(name, KERNELS))), name).toBe(hash);
  }
});

test('blocks lie one after the other, whole, and copies outlive what comes next', () => {
  const kernels = new Kernels();
  const [first, room, second] = kernels.place(Uint8Array.of(1, 2, 3), 2 ** 20, Uint16Array.of(500, 600));
  expect(room).toBeGreaterThanOrEqual(first + 3);
  expect(second).toBeGreaterThanOrEqual(room + 2 ** 20);
  const copy = kernels.copy(second, 4);
  kernels.place(new Uint8Array(2 ** 21).fill(9));
  expect([...new Uint16Array(copy.buffer)]).toEqual([500, 600]);
});

test('bytes of any distribution are packed so that zlib unpacks them, those too that want codes of more than 15 bits', () => {
  const kernels = new Kernels();
  const packed = (bytes: Uint8Array): Uint8Array => {
    const [from, to] = kernels.place(bytes, 2 * bytes.length + 512);
    return kernels.copy(to, kernels.run.deflate(from, bytes.length, to));
  };
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
      expect(inflateSync(packed(bytes)).equals(bytes)).toBe(true);
    }),
  );
  for (let values = 1; values < 26; values++) {
    // Fibonacci's numbers make the deepest tree.
    const counts = Array.from({ length: values }, (_, i) => Math.round(((1 + Math.sqrt(5)) / 2) ** i));
    const bytes = Buffer.concat(counts.map((count, value) => Buffer.alloc(count, value)));
    expect(inflateSync(packed(bytes)).equals(bytes), `${values} values`).toBe(true);
  }
});
