import { TableFault } from '../source/table-fault.ts';
import type { TableRecord } from '../source/table-source.ts';
import { sheetRows } from './sheet-rows.ts';
import type { Workbook } from './workbook.ts';

/** Rows in which a header is looked for, for an error. */
const LOOKED_AT = 30;

/** What spreadsheets write beside .xlsx and .xlsm, which are read. */
const OTHER_SHEETS = /\.(xls|xlsb|ods|numbers)$/i;

/** Whether a name is a spreadsheet's. */
export function isWorkbook(path: string): boolean {
  return /\.xls[xm]$/i.test(path) || OTHER_SHEETS.test(path);
}

/** @throws TableFault where a name is that of a spreadsheet of another kind */
export function refuseOtherSheets(path: string): void {
  if (OTHER_SHEETS.test(path)) {
    throw new TableFault('a spreadsheet that is no .xlsx', 'save it as .xlsx or as csv');
  }
}

/**
 * The number of a sheet, from 0: of the first that is not hidden unless a setting says another.
 * @param sheet its name, or its number, from 1
 * @throws TableFault where there is no such sheet
 */
export function sheetNumber({ sheets }: Workbook, sheet: string | number | undefined): number {
  const wanted = typeof sheet === 'string' ? sheet.normalize('NFC').trim() : sheet;
  const shown = sheets.findIndex(({ isHidden }) => !isHidden);
  const at =
    wanted === undefined
      ? Math.max(shown, 0)
      : typeof wanted === 'number'
        ? wanted - 1
        : sheets.findIndex(({ name }) => name.normalize('NFC').trim() === wanted);
  if (sheets[at] !== undefined) return at;
  if (sheets.length === 0) throw new TableFault('a workbook without a sheet of cells', 'save it again');
  throw new TableFault(
    `no sheet ${JSON.stringify(sheet)}`,
    `it has ${sheets.length}; "sheet" takes a number, too`,
    { quoted: `it has ${sheets.map(({ name }) => JSON.stringify(name)).join(', ')}` },
  );
}

/** Records of a sheet, some hundred at a time. */
export function sheetRecords(workbook: Workbook, number: number): AsyncGenerator<readonly TableRecord[]> {
  return sheetRows(workbook, workbook.sheets[number]?.part ?? '');
}

/** Sheet and line of what looks like the header, each from 1; null where nothing does. */
export async function headerPlace(
  workbook: Workbook,
  number: number,
  isHeader: (names: readonly string[]) => boolean,
): Promise<{ readonly sheet: number; readonly line: number; readonly isFirstRow: boolean } | null> {
  for (const at of [number, ...workbook.sheets.keys()]) {
    let rows = 0;
    search: for await (const batch of sheetRecords(workbook, at)) {
      for (const { line, cells } of batch) {
        if (++rows > LOOKED_AT) break search;
        if (isHeader(cells)) return { sheet: at + 1, line, isFirstRow: rows === 1 };
      }
    }
  }
  return null;
}
