import { createHash } from 'node:crypto';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { UserError } from '@viewgap/contracts';
import type { Sha256 } from '../files/hash.ts';
import type { Cell } from './column.ts';

/** Opens (or makes) a DuckDB file, hands over a connection, and closes both whatever happens. */
export async function withDuckDB<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  options: { readonly readOnly?: boolean } = {},
): Promise<T> {
  const instance = await openFile(path, options.readOnly ?? false);
  try {
    const connection = await instance.connect();
    try {
      const result = await use(connection);
      // Closing checkpoints too, but says nothing when the disk is full and leaves the rows in a .wal file.
      if (!options.readOnly) await connection.run('checkpoint');
      return result;
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** The rows of a query that needs no database, some thousand at a time. */
export async function* streamRows(
  sql: string,
  parameters: readonly string[],
): AsyncGenerator<{ readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] }> {
  const instance = await openFile(':memory:', false);
  try {
    const connection = await instance.connect();
    try {
      const result = await connection.stream(sql, [...parameters]);
      const columns = result.columnNames();
      for (;;) {
        const chunk = await result.fetchChunk();
        const isLast = !chunk || chunk.rowCount === 0;
        yield { columns, rows: isLast ? [] : chunk.getRows() };
        if (isLast) return;
      }
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** DuckDB says in words only what is wrong with a file. */
async function openFile(path: string, readOnly: boolean): Promise<DuckDBInstance> {
  // Loaded when it is needed: it takes a fifth of a second, which a worker that reads shards need not spend.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  try {
    return await DuckDBInstance.create(path, readOnly ? { access_mode: 'READ_ONLY' } : {});
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : '';
    if (/not a valid DuckDB|corrupt|checksum/i.test(words)) {
      throw new UserError('not a whole DuckDB file', path, 'run the stage that wrote it again', { cause });
    }
    if (/could not set lock/i.test(words)) {
      throw new UserError('another process has the file open', path, 'wait until it ends', { cause });
    }
    throw cause;
  }
}

/**
 * Appends rows to a table, column by name in the table's own order; a missing key is null.
 * @throws Error where a value does not fit its column
 */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<Readonly<Record<string, Cell>>>,
): Promise<void> {
  const columns = await tableColumns(connection, table);
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const { name, type } of columns) {
      const value = row[name] ?? null;
      if (value === null) appender.appendNull();
      else if (typeof value === 'string') appender.appendVarchar(value);
      else if (typeof value === 'boolean') appender.appendBoolean(value);
      else if (typeof value === 'number') {
        // DuckDB itself would round the one and write the other as 3.0.
        if ((type.endsWith('INT') || type === 'INTEGER') && !Number.isInteger(value)) {
          throw new Error(`${table}: column ${name} takes integers, not ${value}`);
        }
        if (type === 'VARCHAR') throw new Error(`${table}: column ${name} takes text, not ${value}`);
        appender.appendDouble(value);
      } else if (value instanceof Float32Array) {
        throw new Error(`${table}: column ${name} takes no vectors`);
      } else appender.appendBlob(value);
    }
    appender.endRow();
  }
  appender.flushSync();
  appender.closeSync();
}

/** Rows of a query as objects; integers of 64 bits come as bigint, so cast them in SQL where a number is wanted. */
export async function queryRows<Row>(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  return (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[];
}

/** The result of a query chunk by chunk, some 2,000 rows each: of a result of any length one is in memory. */
export async function* streamChunks(
  connection: DuckDBConnection,
  sql: string,
): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  // DuckDB computes the next chunk while this one is used; where that fails, the reader hears of it when it asks.
  const fetch = () => {
    const chunk = result.fetchChunk();
    chunk.catch(() => {});
    return chunk;
  };
  let next = fetch();
  try {
    for (let chunk = await next; chunk !== null && chunk.rowCount > 0; chunk = await next) {
      next = fetch();
      yield chunk;
    }
  } finally {
    // Where the reader stops early, the connection must not close under it.
    await next.catch(() => {});
  }
}

async function tableColumns(
  connection: DuckDBConnection,
  table: string,
): Promise<{ name: string; type: string }[]> {
  return queryRows(connection, `select name, type from pragma_table_info('"${table}"') order by cid`);
}

/**
 * SHA-256 of what a DuckDB file holds: every table by name, its columns and types, its rows in sorted order.
 * DuckDB's own bytes differ from run to run, its content does not.
 */
export async function duckdbContentHash(path: string): Promise<{ sha256: Sha256; rows: number }> {
  return withDuckDB(
    path,
    async (connection) => {
      const hash = createHash('sha256');
      let total = 0;
      const tables = await queryRows<{ name: string }>(
        connection,
        `select table_name as name from information_schema.tables where table_schema = 'main' order by 1`,
      );
      for (const { name } of tables) {
        const columns = await tableColumns(connection, name);
        hash.update(JSON.stringify([name, columns]));
        const sql = `select to_json("the row")::varchar as row from "${name}" "the row" order by all`;
        for await (const chunk of streamChunks(connection, sql)) {
          for (const row of chunk.getColumnValues(0)) hash.update(`${row as string}\n`);
          total += chunk.rowCount;
        }
      }
      return { sha256: hash.digest('hex'), rows: total };
    },
    { readOnly: true },
  );
}
