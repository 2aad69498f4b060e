import { join } from 'node:path';
import { appendRows, type Cell, withDuckDB, writeFileAtomic } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import type { MetricsTableShape } from '@viewgap/contracts/metrics';

/** metrics.json: a line for each row of a table, so that it can be read, searched and compared by lines. */
function metricsJson(metrics: Metrics): string {
  const entries = Object.entries(metrics).map(([key, value]) => {
    const rows = Array.isArray(value) && value.some((row) => typeof row === 'object');
    const text = rows
      ? `[\n${value.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
      : JSON.stringify(value);
    return `  ${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${entries.join(',\n')}\n}\n`;
}

/** Writes metrics.json, and its tables as metrics.duckdb. */
export async function writeMetrics(
  folder: string,
  metrics: Metrics,
  tables: readonly MetricsTableShape[],
): Promise<void> {
  await writeFileAtomic(join(folder, 'metrics.json'), metricsJson(metrics));
  await withDuckDB(join(folder, 'metrics.duckdb'), async (connection) => {
    await connection.run('create table settings (name varchar not null, value varchar)');
    await appendRows(connection, 'settings', settingRows(metrics));
    for (const table of tables) {
      await connection.run(`create table ${table.name} (${columnsOf(table)})`);
      await appendRows(
        connection,
        table.name,
        rowsOf(metrics, table).map((row) => cellsOf(row, table)),
      );
    }
  });
}

/** What the numbers were made with, a row a setting; a value that is no text is JSON. */
function settingRows({
  schema,
  models,
  seeds,
  findings,
  primary,
  settings,
}: Metrics): Record<string, Cell>[] {
  const all = { schema, models, seeds, findings, primary, ...settings };
  return Object.entries(all).map(([name, value]) => ({
    name,
    value: value === null || typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

type Row = Readonly<Record<string, unknown>>;

/** The rows of a table of metrics.json. */
export function rowsOf(metrics: Metrics, { name }: MetricsTableShape): readonly Row[] {
  return (metrics as unknown as Record<string, Row[]>)[name] as Row[];
}

function columnsOf({ columns }: MetricsTableShape): string {
  return Object.entries(columns)
    .map(([name, { type, nullable }]) => `"${name}" ${type}${nullable ? '' : ' not null'}`)
    .join(', ');
}

function cellsOf(row: Row, { columns }: MetricsTableShape): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { cell }]) => {
      const value = row[name] as never;
      return [name, value === null ? null : cell(value)];
    }),
  );
}
