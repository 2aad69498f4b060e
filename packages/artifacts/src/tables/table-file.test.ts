import { execFileSync, spawnSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { decodeTable, encodeTable, readTable } from './arrow.ts';
import { type AppendRows, writeRows, writeTable } from './table-file.ts';
import { embeddingsTable, QUARANTINE } from './tables.ts';

const row = (ref: string) => ({ source: 'nih', ref, reason: 'unreadable', detail: '' });

test('batches come back as one table, in their order', async () => {
  const path = join(await temporaryFolder(), 'quarantine.arrow');
  const rows = await writeTable(path, QUARANTINE, async (append) => {
    await append([row('a'), row('b')]);
    await append([row('c')]);
  });
  const table = await readTable(QUARANTINE, path);
  expect(rows).toBe(3);
  expect(table.batches.length).toBe(2);
  expect(table.getChild('ref')?.toJSON()).toEqual(['a', 'b', 'c']);
});

test('one batch is the same bytes as the table at once, and so is a table without rows', async () => {
  const path = join(await temporaryFolder(), 'quarantine.arrow');
  await writeTable(path, QUARANTINE, (append) => append([row('a'), row('b')]));
  expect(new Uint8Array(await readFile(path))).toEqual(encodeTable(QUARANTINE, [row('a'), row('b')]));
  for (const nothing of [async () => {}, (append: AppendRows) => append([])]) {
    await writeTable(path, QUARANTINE, nothing);
    expect(new Uint8Array(await readFile(path))).toEqual(encodeTable(QUARANTINE, []));
  }
});

test.each([
  [0, 1],
  [2, 1],
  [2 ** 15, 1],
  [2 ** 15 + 1, 2],
  [100_000, 4],
])('%i rows are written in %i batches of rows, each made when it is written', async (length, batches) => {
  const path = join(await temporaryFolder(), 'quarantine.arrow');
  const rows = function* () {
    for (let i = 0; i < length; i++) yield row(`${i}`);
  };
  expect(await writeRows(path, QUARANTINE, rows())).toBe(length);
  const table = await readTable(QUARANTINE, path);
  expect([table.numRows, table.batches.length]).toEqual([length, batches]);
  const refs = table.getChild('ref');
  expect([...(refs ?? [])]).toEqual(Array.from({ length }, (_, i) => `${i}`));
});

test('a batch is on the disk before the next one is made', async () => {
  const folder = await temporaryFolder();
  const sizes: number[] = [];
  await writeTable(join(folder, 'quarantine.arrow'), QUARANTINE, async (append) => {
    for (let i = 0; i < 3; i++) {
      await append([row('x'.repeat(100_000))]);
      const [temporary = ''] = await readdir(folder);
      sizes.push((await stat(join(folder, temporary))).size);
    }
  });
  expect(sizes.map((size) => Math.floor(size / 100_000))).toEqual([1, 2, 3]);
});

test('where the rows end in an error there is no file', async () => {
  const folder = await temporaryFolder();
  const failing = writeTable(join(folder, 'quarantine.arrow'), QUARANTINE, async (append) => {
    await append([row('a')]);
    throw new Error('the engine is gone');
  });
  await expect(failing).rejects.toThrow('the engine is gone');
  expect(await readdir(folder)).toEqual([]);
});

const TABLE = embeddingsTable(3);
const vectors = [Float32Array.of(1, 2, 3), Float32Array.of(-0.5, 0, 1e-9)];
const embedded = vectors.map((embedding, i) => ({
  dataset: 'nih',
  image_id: `${i}.png`,
  patient_id: null,
  view: 'AP',
  split: 'test',
  embedding,
}));

test('vectors of float32 come back as they went in; another length is refused', () => {
  const column = decodeTable(TABLE, encodeTable(TABLE, embedded), 'a test').getChild('embedding');
  expect([0, 1].map((i) => column?.get(i)?.toArray())).toEqual(vectors);
  const short = { ...embedded[0], embedding: new Float32Array(2) };
  expect(() => encodeTable(TABLE, [short])).toThrow('column embedding of row 0 is not vector');
});

const python = 'python3';
const pyarrow = spawnSync(python, ['-c', 'import pyarrow, numpy']).status === 0;

test.skipIf(!pyarrow)(
  `pyarrow reads embeddings as one matrix${pyarrow ? '' : ' (skipped: no pyarrow and numpy here)'}`,
  async () => {
    const path = join(await temporaryFolder(), 'part-00000.arrow');
    await writeTable(path, TABLE, async (append) => {
      for (const one of embedded) await append([one]);
    });
    const script = `
import json, numpy, pyarrow
table = pyarrow.ipc.open_file('${path}').read_all()
table.validate(full=True)
matrix = numpy.stack([c.values.to_numpy().reshape(-1, 3) for c in table['embedding'].chunks]).reshape(-1, 3)
print(json.dumps([str(table.schema.field('embedding').type), matrix.astype(float).tolist()]))`;
    expect(JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8' }))).toEqual([
      'fixed_size_list<item: float not null>[3]',
      vectors.map((vector) => [...vector]),
    ]);
  },
);
