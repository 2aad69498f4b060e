import { createHash } from 'node:crypto';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Cell } from './arrow.ts';
import type { Sha256 } from './hash.ts';

/** Opens (or makes) a DuckDB file, hands over a connection, and closes both whatever happens. */
export async function withDuckDB<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
  options: { readonly readOnly?: boolean } = {},
): Promise<T> {
  const instance = await DuckDBInstance.create(path, options.readOnly ? { access_mode: 'READ_ONLY' } : {});
  try {
    const connection = await instance.connect();
    try {
      return await use(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** Appends rows to a table, column by name in the table's own order; a missing key is null. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<Readonly<Record<string, Cell>>>,
): Promise<void> {
  const columns = await columnNames(connection, table);
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const column of columns) {
      const value = row[column] ?? null;
      if (value === null) appender.appendNull();
      else if (typeof value === 'string') appender.appendVarchar(value);
      else if (typeof value === 'boolean') appender.appendBoolean(value);
      else if (typeof value === 'number') appender.appendDouble(value);
      else appender.appendBlob(value);
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

async function columnNames(connection: DuckDBConnection, table: string): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(
    connection,
    `select name from pragma_table_info('${table}') order by cid`,
  );
  return rows.map((row) => row.name);
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
        const columns = await queryRows<{ name: string; type: string }>(
          connection,
          `select name, type from pragma_table_info('${name}') order by cid`,
        );
        hash.update(JSON.stringify([name, columns]));
        const result = await connection.stream(
          `select to_json(t)::varchar as row from "${name}" t order by all`,
        );
        for (
          let chunk = await result.fetchChunk();
          chunk && chunk.rowCount > 0;
          chunk = await result.fetchChunk()
        ) {
          for (const row of chunk.getColumnValues(0)) hash.update(`${row as string}\n`);
          total += chunk.rowCount;
        }
      }
      return { sha256: hash.digest('hex'), rows: total };
    },
    { readOnly: true },
  );
}
