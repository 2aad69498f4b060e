import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@viewgap/contracts';
import { makeData, RecordBatch, Struct, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/testing.ts';
import { arrowSchema, decodeTable, encodePieces, encodeTable, readTable, type TableShape } from './arrow.ts';
import type { Cell } from './column.ts';
import { PREDICTIONS, QUARANTINE, SHARD } from './tables.ts';

const EVERY_TYPE: TableShape = {
  name: 'every-type',
  version: 3,
  columns: [
    { name: 'text', type: 'text', nullable: true },
    { name: 'int8', type: 'int8', nullable: true },
    { name: 'int32', type: 'int32', nullable: true, unit: 'pixels' },
    { name: 'float64', type: 'float64', nullable: true },
    { name: 'bool', type: 'bool', nullable: true },
    { name: 'bytes', type: 'bytes', nullable: true },
  ],
};

function rowsOf(shape: TableShape, bytes: Uint8Array): Record<string, Cell>[] {
  const table = decodeTable(shape, bytes, 'a test');
  return Array.from({ length: table.numRows }, (_, i) =>
    Object.fromEntries(shape.columns.map(({ name }) => [name, table.getChild(name)?.get(i) as Cell])),
  );
}

const cells = fc.record({
  text: fc.option(fc.string({ unit: 'binary' })),
  int8: fc.option(fc.integer({ min: -128, max: 127 })),
  int32: fc.option(fc.integer()),
  float64: fc.option(fc.double()),
  bool: fc.option(fc.boolean()),
  bytes: fc.option(fc.uint8Array()),
});

/** The same table by the builders of arrow-js. */
function encodedByArrow(shape: TableShape, rows: readonly Record<string, Cell>[]): Uint8Array {
  const schema = arrowSchema(shape, {});
  const children = schema.fields.map(
    ({ name, type }) => vectorFromArray(rows.map((row) => row[name]) as never[], type).data[0],
  );
  const type = new Struct(schema.fields);
  const struct = makeData({ type, length: rows.length, nullCount: 0, children: children as never[] });
  return tableToIPC(new Table(schema, new RecordBatch(schema, struct as never)), 'file');
}

describe('a table as an Arrow file', () => {
  test('gives back every value of every type, nulls among them', () => {
    fc.assert(
      fc.property(fc.array(cells), (rows) => {
        expect(rowsOf(EVERY_TYPE, encodeTable(EVERY_TYPE, rows))).toEqual(rows);
      }),
    );
  });

  test('is the same bytes as by the builders of arrow-js', () => {
    fc.assert(
      fc.property(fc.array(cells, { minLength: 1, maxLength: 200 }), (rows) => {
        expect(Buffer.compare(encodeTable(EVERY_TYPE, rows), encodedByArrow(EVERY_TYPE, rows))).toBe(0);
      }),
    );
  });

  test('is the same bytes for the same rows', () => {
    const rows = [{ source: 'nih', ref: 'a.png', reason: 'unreadable', detail: '' }];
    expect(encodeTable(QUARANTINE, rows, { view: 'AP' })).toEqual(
      encodeTable(QUARANTINE, rows, { view: 'AP' }),
    );
  });

  test('is the same bytes in pieces, from rows that come one by one', async () => {
    const rows = fc.sample(cells, 1000);
    const oneByOne = async function* () {
      for (const row of rows) yield await Promise.resolve(row);
    };
    const whole = encodeTable(EVERY_TYPE, rows, { view: 'AP' });
    const pieces = await encodePieces(EVERY_TYPE, oneByOne(), { view: 'AP' });
    expect(Buffer.compare(Buffer.concat(pieces), whole)).toBe(0);
  });

  test('does not change when what an image was taken from does', () => {
    const image = Uint8Array.of(1, 2, 3);
    const rows = function* () {
      yield { image_id: 'a', image };
      image.fill(0);
    };
    const table = decodeTable(SHARD, encodeTable(SHARD, rows()), 'a test');
    expect(table.getChild('image')?.get(0)).toEqual(Uint8Array.of(1, 2, 3));
  });

  test('is one record batch, however many rows', () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => ({
      image_id: `${i}`,
      image: Uint8Array.of(i % 256),
    }));
    const table = decodeTable(SHARD, encodeTable(SHARD, rows), 'a test');
    expect(table.batches.length).toBe(1);
    expect(table.getChild('image')?.get(99_999)).toEqual(Uint8Array.of(99_999 % 256));
  });

  test('carries its name, version, units and what the caller adds', () => {
    const { schema } = decodeTable(EVERY_TYPE, encodeTable(EVERY_TYPE, [], { view: 'AP' }), 'a test');
    expect(Object.fromEntries(schema.metadata)).toEqual({
      'viewgap.table': 'every-type',
      'viewgap.version': '3',
      view: 'AP',
    });
    expect(schema.fields.find((field) => field.name === 'int32')?.metadata.get('unit')).toBe('pixels');
  });

  test('takes a missing key for null, and refuses null where the column has none', () => {
    expect(rowsOf(EVERY_TYPE, encodeTable(EVERY_TYPE, [{ int8: 1 }]))[0]).toMatchObject({
      int8: 1,
      text: null,
    });
    expect(() => encodeTable(QUARANTINE, [{ source: 'nih', ref: 'a', reason: 'x' }])).toThrow(
      'quarantine: column detail of row 0 is null',
    );
  });

  test.each<[string, Cell]>([
    ['int8', 128],
    ['int8', -129],
    ['int8', 1.5],
    ['int8', '1'],
    ['int8', true],
    ['int32', 2 ** 31],
    ['int32', Number.NaN],
    ['float64', '0.5'],
    ['text', 3],
    ['bool', 1],
    ['bytes', 'PNG'],
  ])('refuses what would be changed on its way: %s %j', (column, value) => {
    expect(() => encodeTable(EVERY_TYPE, [{}, { [column]: value }])).toThrow(
      `every-type: column ${column} of row 1 is not ${column}`,
    );
  });
});

describe('reading', () => {
  const bytes = encodeTable(SHARD, [{ image_id: 'a', image: new Uint8Array(2000) }]);

  test('takes what pyarrow wrote', async () => {
    const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
    const shard = await readTable(SHARD, fixture('shard.arrow'));
    expect(shard.getChild('image_id')?.toJSON()).toEqual(['ä', '']);
    expect(shard.getChild('image')?.get(0)).toEqual(Uint8Array.of(137, 80, 78, 71, 0, 255));
    expect(shard.getChild('image')?.get(1)).toEqual(new Uint8Array());

    const predictions = await readTable(PREDICTIONS, fixture('predictions.arrow'));
    expect(predictions.getChild('score')?.toJSON()).toEqual([0.30000000000000004, -1.5, 1e-300]);
    expect(predictions.getChild('label')?.toJSON()).toEqual([1, null, 0]);
    expect(predictions.getChild('patient_id')?.toJSON()).toEqual(['p1', null, 'p2']);
    expect(predictions.getChild('seed')?.toJSON()).toEqual([0, 0, 7]);
  });

  test('refuses every truncation of a file', () => {
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeTable(SHARD, bytes.subarray(0, length), 'part-00000.arrow')).toThrow(UserError);
    }
  });

  test('refuses what is no Arrow file, naming it', () => {
    expect(() => decodeTable(SHARD, new TextEncoder().encode('image_id,image\n'), 'a.csv')).toThrow('a.csv');
  });

  test('refuses another table and another version', () => {
    expect(() => decodeTable(QUARANTINE, bytes, 'x.arrow')).toThrow(
      'not a quarantine table of version 1: x.arrow (run the stage that wrote it again)',
    );
    expect(() => decodeTable({ ...SHARD, version: 2 }, bytes, 'x.arrow')).toThrow(
      'not a shard table of version 2',
    );
  });

  test('names a column that is missing', () => {
    const more = { ...SHARD, columns: [...SHARD.columns, { name: 'sop', type: 'text', nullable: true }] };
    expect(() => decodeTable(more as TableShape, bytes, 'x.arrow')).toThrow('column sop is missing: x.arrow');
  });

  test('names a file that is absent', async () => {
    const path = join(await temporaryFolder(), 'records.arrow');
    await expect(readTable(SHARD, path)).rejects.toThrow(
      `no such file: ${path} (run the stage that writes it first)`,
    );
  });
});

const pyarrow = spawnSync('python3', ['-c', 'import pyarrow']).status === 0;

test.skipIf(!pyarrow)(
  `pyarrow reads our files${pyarrow ? '' : ' (skipped: python3 has no pyarrow here)'}`,
  async () => {
    const path = join(await temporaryFolder(), 'every-type.arrow');
    await writeFile(
      path,
      encodeTable(EVERY_TYPE, [
        { text: 'ä', int8: -1, int32: 70_000, float64: 0.1 + 0.2, bool: true, bytes: Uint8Array.of(0, 255) },
        {},
      ]),
    );
    const script = `
import json, pyarrow as pa
table = pa.ipc.open_file('${path}').read_all()
table.validate(full=True)
rows = table.to_pylist()
rows[0]['bytes'] = list(rows[0]['bytes'])
print(json.dumps([rows, [str(t) for t in table.schema.types], table.schema.metadata[b'viewgap.table'].decode()]))`;
    expect(JSON.parse(execFileSync('python3', ['-c', script], { encoding: 'utf8' }))).toEqual([
      [
        { text: 'ä', int8: -1, int32: 70_000, float64: 0.1 + 0.2, bool: true, bytes: [0, 255] },
        { text: null, int8: null, int32: null, float64: null, bool: null, bytes: null },
      ],
      ['string', 'int8', 'int32', 'double', 'bool', 'binary'],
      'every-type',
    ]);
    expect((await readFile(path)).subarray(0, 6).toString()).toBe('ARROW1');
  },
);
