import { withDuckDB } from '@viewgap/artifacts';
import type { SourceTable } from './adapter.ts';
import { SourceError } from './source-error.ts';
import { readWhole } from './source-table.ts';

/** A table of a spreadsheet or a database file: its header and its rows, as texts. */
export interface Grid {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const MAX_SHEET_BYTES = 2 ** 26;

/** Whether the table is one of those that `readGrid` reads. */
export function isGrid(path: string): boolean {
  return /\.(xlsx|parquet)$/i.test(path);
}

/**
 * The first sheet of an .xlsx file, or a .parquet file. Empty cells are empty texts, dates are written 2026-01-31, and
 * whole numbers without a point, as in a csv.
 * @throws SourceError where it is damaged, or a workbook of more than 64 MiB
 */
export async function readGrid(table: SourceTable): Promise<Grid> {
  return /\.parquet$/i.test(table.path) ? readParquet(table) : readWorkbook(table);
}

async function readWorkbook(table: SourceTable): Promise<Grid> {
  const { path } = table;
  const bytes = await readWhole(
    table,
    MAX_SHEET_BYTES,
    () => new SourceError('a workbook above 64 MiB', path, 'save it as csv'),
  );
  const { readSheet } = await import('read-excel-file/node');
  try {
    const [header = [], ...rows] = await readSheet(bytes);
    return { header: header.map(cellText), rows: rows.map((row) => row.map(cellText)) };
  } catch (cause) {
    throw new SourceError('a workbook that cannot be read', path, 'save it again as .xlsx or as csv', {
      cause,
    });
  }
}

async function readParquet({ path, file }: SourceTable): Promise<Grid> {
  if (file === undefined) throw new SourceError('a packed parquet file', path, 'unpack it');
  return withDuckDB(':memory:', async (connection) => {
    try {
      const result = await connection.runAndReadAll('select * from read_parquet($1)', [file]);
      const rows = result.getRows().map((row) => row.map((value) => cellText(value)));
      return { header: result.columnNames(), rows };
    } catch (cause) {
      throw new SourceError('a parquet file that cannot be read', path, 'write it again', { cause });
    }
  });
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return String(value).trim();
}
