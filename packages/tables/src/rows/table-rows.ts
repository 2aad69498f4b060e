import type { TableSettings, TableSource } from '../source/table-source.ts';
import { openText } from '../text/text-table.ts';
import { type Workbook, withWorkbook } from '../workbook/workbook.ts';
import {
  headerPlace,
  isWorkbook,
  refuseOtherSheets,
  sheetNumber,
  sheetRecords,
} from '../workbook/workbook-table.ts';
import { rowsBelow, type TableRow, type TableUse } from './rows-below.ts';

/**
 * The rows of a text table or of a sheet of an .xlsx file below its header, as a stream.
 * @throws TableFault where it is none, or damaged, and what `choose` throws
 */
export async function* tableRows(
  table: TableSource,
  settings: TableSettings,
  use: TableUse,
): AsyncGenerator<readonly TableRow[]> {
  if (isWorkbook(table.path)) yield* workbookRows(table, settings, use);
  else yield* textRows(table, settings, use);
}

async function* textRows(
  table: TableSource,
  settings: TableSettings,
  { isHeader, choose }: TableUse,
): AsyncGenerator<readonly TableRow[]> {
  const { records, headerRow, hint } = await openText(table, settings, isHeader);
  const elsewhere = () => {
    const line = hint();
    return line === null || line === headerRow ? null : headerIn(line);
  };
  yield* rowsBelow(records, { choose, headerRow, hint: elsewhere });
}

async function* workbookRows(
  table: TableSource,
  { sheet, headerRow }: TableSettings,
  { isHeader, choose }: TableUse,
): AsyncGenerator<readonly TableRow[]> {
  refuseOtherSheets(table.path);
  yield* withWorkbook(table, (workbook) => {
    const number = sheetNumber(workbook, sheet);
    const hint = () => sheetHint(workbook, number, isHeader);
    return rowsBelow(sheetRecords(workbook, number), { choose, headerRow, hint });
  });
}

async function sheetHint(
  workbook: Workbook,
  number: number,
  isHeader: TableUse['isHeader'],
): Promise<string | null> {
  const place = await headerPlace(workbook, number, isHeader);
  if (place === null) return null;
  const { sheet, line, isFirstRow } = place;
  if (sheet === number + 1) return headerIn(line);
  return `sheet ${sheet} has the columns: add "sheet": ${sheet}${isFirstRow ? '' : ` and "headerRow": ${line}`}`;
}

/** Where a setting must say that the header is. */
function headerIn(line: number): string {
  return `its row ${line} names the columns: add "headerRow": ${line}`;
}
