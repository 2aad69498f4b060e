import { streamRows } from '@viewgap/artifacts';
import { headerIn } from './csv-table.ts';
import type { BadRow, SourceTable } from './rows/adapter.ts';
import { hasColumns, type Wanted } from './rows/header.ts';
import { namedRows, type TableRecord, type TableRow, type TableSettings } from './rows/named-rows.ts';
import { sheetRows } from './rows/sheet-rows.ts';
import { SourceError } from './rows/source-error.ts';
import { type Workbook, withWorkbook } from './rows/workbook.ts';

/** Rows in which a header is looked for, for an error. */
const LOOKED_AT = 30;

/** What spreadsheets write beside .xlsx and .xlsm, which are read. */
const OTHER_SHEETS = /\.(xls|xlsb|ods|numbers)$/i;

export function isWorkbook(path: string): boolean {
  return /\.xls[xm]$/i.test(path) || OTHER_SHEETS.test(path);
}

export function isParquet(path: string): boolean {
  return /\.parquet$/i.test(path);
}

/**
 * The rows of a sheet of an .xlsx file, of the first unless a setting says another.
 * @throws SourceError where it is damaged, or there is no such sheet or column
 */
export async function* workbookRows<W extends Wanted>(
  table: SourceTable,
  needed: W,
  bad: BadRow[],
  { sheet, headerRow }: TableSettings,
): AsyncGenerator<TableRow<keyof W & string>> {
  const { path } = table;
  if (OTHER_SHEETS.test(path))
    throw new SourceError('a spreadsheet that is no .xlsx', path, 'save it as .xlsx or as csv');
  yield* withWorkbook(table, (workbook) => {
    const number = numberOfSheet(workbook, path, sheet);
    return namedRows(path, sheetRows(workbook, workbook.sheets[number]?.part ?? ''), {
      needed,
      bad,
      headerRow,
      hint: () => headerHint(workbook, number, needed),
    });
  });
}

function numberOfSheet({ sheets }: Workbook, path: string, sheet: string | number = 1): number {
  const wanted = typeof sheet === 'string' ? sheet.normalize('NFC').trim() : sheet;
  const at =
    typeof wanted === 'number'
      ? wanted - 1
      : sheets.findIndex(({ name }) => name.normalize('NFC').trim() === wanted);
  if (sheets[at] !== undefined) return at;
  throw new SourceError(
    `no sheet ${JSON.stringify(sheet)}`,
    path,
    `it has ${sheets.length}; "sheet" takes a number, too`,
    {
      quoting: { cure: `it has ${sheets.map(({ name }) => JSON.stringify(name)).join(', ')}` },
    },
  );
}

async function headerHint(workbook: Workbook, number: number, needed: Wanted): Promise<string | null> {
  const { sheets } = workbook;
  for (const at of [number, ...sheets.keys()]) {
    let rows = 0;
    for await (const { line, cells } of sheetRows(workbook, sheets[at]?.part ?? '')) {
      if (++rows > LOOKED_AT) break;
      if (!hasColumns(cells, needed)) continue;
      if (at === number) return headerIn(line);
      const row = rows === 1 ? '' : ` and "headerRow": ${line}`;
      return `sheet ${at + 1} has the columns: add "sheet": ${at + 1}${row}`;
    }
  }
  return null;
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
  yield* namedRows(path, parquetRecords(path, file), { needed, bad });
}

async function* parquetRecords(path: string, file: string): AsyncGenerator<TableRecord> {
  let line = 1;
  try {
    for await (const { columns, rows } of streamRows('select * from read_parquet($1)', [file])) {
      if (line === 1) yield { line, cells: columns };
      for (const row of rows) yield { line: ++line, cells: row.map(cellText) };
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
