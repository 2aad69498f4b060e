import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeTable, PREDICTIONS, SHARD } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ShardFile } from './shard-file.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-shard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(bytes: Uint8Array): Promise<string> {
  const path = join(folder, 'shard.arrow');
  await writeFile(path, bytes);
  return path;
}

const rowsOf = (path: string, indices: readonly number[]) =>
  ShardFile.open(path).then((file) => Promise.all(indices.map((index) => file.row(index))));

describe('a shard', () => {
  test('gives any row, in any order, as it was written', async () => {
    const rows = fc.array(
      fc.record({ image_id: fc.string({ unit: 'grapheme' }), image: fc.uint8Array({ maxLength: 300 }) }),
      { minLength: 1, maxLength: 40 },
    );
    const property = fc.asyncProperty(
      rows,
      fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
      async (all, order) => {
        const indices = order.map((number) => number % all.length);
        const found = await rowsOf(await written(encodeTable(SHARD, all, { view: 'AP' })), indices);
        expect(found.map(({ imageId, image }) => [imageId, [...image]])).toEqual(
          indices.map((index) => [all[index]?.image_id, [...(all[index]?.image ?? [])]]),
        );
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  test('of several record batches, as pyarrow writes them, is one', async () => {
    const found = await rowsOf(fixture('shard-batches.arrow'), [3, 0, 1, 2]);
    expect(found.map(({ imageId, image }) => [imageId, [...image]])).toEqual([
      ['d', [10, 11, 12, 13, 14]],
      ['a', [10, 11, 12, 13, 14]],
      ['ä', [10, 11, 12, 13, 14]],
      ['', [0, 1, 2, 3, 4]],
    ]);
  });

  test('without rows opens, and has none', async () => {
    const file = await ShardFile.open(await written(encodeTable(SHARD, [])));
    await expect(file.row(0)).rejects.toThrow(UserError);
  });
});

describe('what is no shard is one line with the cure', () => {
  const row = { image_id: 'a', image: new Uint8Array(700) };

  test('a file that is not there', async () => {
    const path = join(folder, 'nowhere.arrow');
    await expect(ShardFile.open(path)).rejects.toThrow(
      `a shard is missing from the store: ${path} (run ingest again with --skip-nx-cache)`,
    );
  });

  test('every truncation of a file', async () => {
    const bytes = encodeTable(SHARD, [row]);
    for (let length = 0; length < bytes.length; length += 13) {
      const opening = ShardFile.open(await written(bytes.subarray(0, length)));
      await expect(opening, `${length} bytes`).rejects.toThrow('not a whole shard table of version 1');
    }
  });

  test('another table, a compressed one, and what is no Arrow file', async () => {
    const others = [
      encodeTable(PREDICTIONS, []),
      new TextEncoder().encode('image_id,image\n'),
      new Uint8Array(64),
    ];
    for (const bytes of others) {
      await expect(ShardFile.open(await written(bytes))).rejects.toThrow(
        'not a whole shard table of version 1',
      );
    }
    await expect(ShardFile.open(fixture('shard-compressed.arrow'))).rejects.toThrow(UserError);
  });

  test('a row that it lacks, and a file that was cut after it was opened', async () => {
    const path = await written(encodeTable(SHARD, [row]));
    const file = await ShardFile.open(path);
    for (const index of [-1, 1, 0.5]) await expect(file.row(index)).rejects.toThrow(UserError);
    await truncate(path, 600);
    await expect(file.row(0)).rejects.toThrow(`not a whole shard table of version 1: ${path}`);
    await rm(path);
    await expect(file.row(0)).rejects.toThrow('a shard is missing from the store');
  });
});
