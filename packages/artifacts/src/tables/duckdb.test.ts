import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scriptOutput, temporaryFolder } from '../../test/testing.ts';
import type { Cell } from './column.ts';
import { appendRows, duckdbContentHash, queryRows, withDuckDB } from './duckdb.ts';

const COLUMNS = 'name varchar, n integer, score double, flag boolean, pixels blob';

async function tableFile(path: string, rows: Record<string, Cell>[], columns = COLUMNS): Promise<string> {
  await withDuckDB(path, async (connection) => {
    await connection.run(`create table t (${columns})`);
    await appendRows(connection, 't', rows);
  });
  return path;
}

const ROWS = Array.from({ length: 5000 }, (_, i) => ({
  name: `image ${i % 1000}`,
  n: i % 7 === 0 ? null : i,
  score: Math.sin(i),
  flag: i % 2 === 0,
  pixels: Uint8Array.of(i % 256, 0),
}));

describe('appending rows', () => {
  test('keeps every value, nulls and missing keys as null, whatever the order of the keys', async () => {
    await withDuckDB(':memory:', async (connection) => {
      await connection.run(`create table t (${COLUMNS})`);
      await appendRows(connection, 't', [
        { pixels: Uint8Array.of(0, 255), flag: false, score: 0.1 + 0.2, n: -3, name: "it's" },
        { name: '', score: Number.NaN },
      ]);
      expect(await queryRows(connection, 'select name, n, score, flag from t')).toEqual([
        { name: "it's", n: -3, score: 0.30000000000000004, flag: false },
        { name: '', n: null, score: Number.NaN, flag: null },
      ]);
      expect(await queryRows(connection, 'select hex(pixels) as hex from t')).toEqual([
        { hex: '00FF' },
        { hex: null },
      ]);
    });
  });

  test('takes an iterable with more rows than one chunk', async () => {
    await withDuckDB(':memory:', async (connection) => {
      await connection.run(`create table t (${COLUMNS})`);
      await appendRows(connection, 't', new Set(ROWS));
      expect(
        await queryRows(connection, 'select count(*)::integer as n, sum(n)::integer as sum from t'),
      ).toEqual([{ n: 5000, sum: ROWS.reduce((sum, { n }) => sum + (n ?? 0), 0) }]);
    });
  });

  test.each<[string, Cell]>([
    ['n', 1.5],
    ['n', 2 ** 31],
    ['n', 'three'],
    ['name', 3],
  ])('refuses what would be changed on its way: %s = %j', async (column, value) => {
    await withDuckDB(':memory:', async (connection) => {
      await connection.run(`create table t (${COLUMNS})`);
      await expect(appendRows(connection, 't', [{ [column]: value }])).rejects.toThrow();
    });
  });

  test('refuses null where the column has none', async () => {
    await withDuckDB(':memory:', async (connection) => {
      await connection.run('create table t (name varchar not null)');
      await expect(appendRows(connection, 't', [{}])).rejects.toThrow(/NOT NULL/);
    });
  });
});

describe('a DuckDB file', () => {
  test('is closed when its user fails, so that the next one can open it', async () => {
    const path = join(await temporaryFolder(), 'x.duckdb');
    await expect(withDuckDB(path, (c) => c.run('select * from nowhere'))).rejects.toThrow('nowhere');
    expect(await withDuckDB(path, (c) => queryRows(c, 'select 1 as one'))).toEqual([{ one: 1 }]);
  });

  test('cannot be changed when it is opened for reading', async () => {
    const path = await tableFile(join(await temporaryFolder(), 'x.duckdb'), []);
    const change = withDuckDB(path, (c) => c.run('drop table t'), { readOnly: true });
    await expect(change).rejects.toThrow(/read-only/);
  });

  test('opened for reading is not made', async () => {
    const path = join(await temporaryFolder(), 'x.duckdb');
    await expect(withDuckDB(path, async () => {}, { readOnly: true })).rejects.toThrow(path);
  });
});

describe('the hash of a DuckDB file', () => {
  test('depends on the content alone: another order of insertion changes the bytes, not the hash', async () => {
    const folder = await temporaryFolder();
    const one = await duckdbContentHash(await tableFile(join(folder, 'one.duckdb'), ROWS));
    const two = await duckdbContentHash(await tableFile(join(folder, 'two.duckdb'), ROWS.toReversed()));
    expect(one.rows).toBe(5000);
    expect(two).toEqual(one);
  });

  test('does not depend on the order in which tables were made, but on their names', async () => {
    const folder = await temporaryFolder();
    const hashOf = async (name: string, sql: string) => {
      await withDuckDB(join(folder, name), (c) => c.run(sql));
      return (await duckdbContentHash(join(folder, name))).sha256;
    };
    const ab = await hashOf('1', 'create table a (x int); create table b (x int); insert into a values (1)');
    const ba = await hashOf('2', 'create table b (x int); create table a (x int); insert into a values (1)');
    const other = await hashOf(
      '3',
      'create table a (x int); create table b (x int); insert into b values (1)',
    );
    expect(ba).toBe(ab);
    expect(other).not.toBe(ab);
  });

  test('is the same in another process', async () => {
    const path = await tableFile(join(await temporaryFolder(), 'x.duckdb'), ROWS);
    const there = await scriptOutput(`
      import { duckdbContentHash } from './tables/duckdb.ts';
      console.log((await duckdbContentHash(${JSON.stringify(path)})).sha256);`);
    expect(there.trim()).toBe((await duckdbContentHash(path)).sha256);
  });

  test('counts a row that is there twice', async () => {
    const folder = await temporaryFolder();
    const once = await duckdbContentHash(await tableFile(join(folder, '1'), [{ n: 1 }]));
    const twice = await duckdbContentHash(await tableFile(join(folder, '2'), [{ n: 1 }, { n: 1 }]));
    expect(twice.sha256).not.toBe(once.sha256);
  });

  test('tells values apart that JSON or a short print would confuse', async () => {
    const folder = await temporaryFolder();
    const sql = [
      'select 0.1::double + 0.2 as x',
      'select 0.3::double as x',
      'select 0.30000000000000010::double as x',
      "select 'nan'::double as x",
      "select 'inf'::double as x",
      "select '-inf'::double as x",
      'select null::double as x',
      'select 0.0::double as x',
      'select 9007199254740993::bigint as x',
      'select 9007199254740992::bigint as x',
      'select 1::bigint as x',
      'select 1::integer as x',
      "select '1' as x",
      "select 'null' as x",
      "select '' as x",
      "select 'a\"b' as x",
      "select 'a' || chr(10) || 'b' as x",
      "select 'a\\nb' as x",
      "select '\\x00'::blob as x",
      'select true as x',
    ];
    const hashes = new Set<string>();
    for (const [i, select] of sql.entries()) {
      await withDuckDB(join(folder, `${i}`), (c) => c.run(`create table t as ${select}`));
      hashes.add((await duckdbContentHash(join(folder, `${i}`))).sha256);
    }
    expect(hashes.size).toBe(sql.length);
  });

  test('covers every column, whatever its name', async () => {
    const folder = await temporaryFolder();
    const columns = 't integer, "row" integer, "select" integer, "a b" integer';
    const one = await duckdbContentHash(await tableFile(join(folder, '1'), [{ t: 1, 'a b': 2 }], columns));
    const two = await duckdbContentHash(await tableFile(join(folder, '2'), [{ t: 1, 'a b': 3 }], columns));
    expect(two.sha256).not.toBe(one.sha256);
  });

  test('tells an empty table from none, and types from types', async () => {
    const folder = await temporaryFolder();
    const hashes = [];
    for (const columns of ['n integer', 'n bigint', 'm integer']) {
      hashes.push((await duckdbContentHash(await tableFile(join(folder, columns), [], columns))).sha256);
    }
    await withDuckDB(join(folder, 'none'), async () => {});
    hashes.push((await duckdbContentHash(join(folder, 'none'))).sha256);
    expect(new Set(hashes).size).toBe(4);
  });

  test('of a file that is not DuckDB is an error', async () => {
    const path = join(await temporaryFolder(), 'x.duckdb');
    await writeFile(path, 'x'.repeat(20_000));
    await expect(duckdbContentHash(path)).rejects.toThrow(
      `not a whole DuckDB file: ${path} (run the stage that wrote it again)`,
    );
  });
});
