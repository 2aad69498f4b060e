import { streamRows } from '@viewgap/artifacts';
import { rowsBelow, type TableRecord } from '@viewgap/tables';
import type { BadRow, SourceTable } from './rows/adapter.ts';
import type { Wanted } from './rows/header.ts';
import { namedRows, type TableRow } from './rows/named-rows.ts';
import { SourceError } from './rows/source-error.ts';

export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/**
 * The rows of a parquet file, as a stream. Dates are written 2026-01-31, and whole numbers without a point, as in a csv;
 * NaN is an empty text.
 */
export async function* parquetRows<W extends Wanted>(
  { path, file }: SourceTable,
  needed: W,
  bad: BadRow[],
): AsyncGenerator<TableRow<keyof W & string>> {
  if (file === undefined) throw new SourceError('a packed parquet file', path, 'unpack it');
  yield* namedRows(path, ({ choose }) => rowsBelow(parquetRecords(path, file), { choose }), { needed, bad });
}

async function* parquetRecords(path: string, file: string): AsyncGenerator<readonly TableRecord[]> {
  let line = 1;
  try {
    for await (const { columns, rows } of streamRows('select * from read_parquet($1)', [file])) {
      if (line === 1) yield [{ line, cells: columns }];
      yield rows.map((row) => ({ line: ++line, cells: row.map(cellText) }));
    }
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof RangeError) throw cause;
    throw new SourceError('a parquet file that cannot be read', path, 'write it again', { cause });
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  return String(value);
}
