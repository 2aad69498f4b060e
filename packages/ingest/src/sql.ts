import { appendRows, type Cell, queryRows, type withDuckDB } from '@viewgap/artifacts';

export type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/** Runs statements one after the other. */
export async function runAll(connection: Connection, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await connection.run(sql);
}

/** A temporary table of texts, filled with these rows. */
export async function textTable(
  connection: Connection,
  name: string,
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<void> {
  await connection.run(
    `create or replace temp table ${name} (${columns.map((one) => `${one} varchar`).join(', ')})`,
  );
  await appendRows(connection, name, asRows(columns, rows));
}

function* asRows(
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Iterable<Record<string, Cell>> {
  for (const row of rows) yield Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]));
}

/** The number that a query of one cell gives. */
export async function countRows(connection: Connection, from: string): Promise<number> {
  const [row] = await queryRows<{ n: number }>(connection, `select count(*)::int as n from ${from}`);
  return row?.n ?? 0;
}
