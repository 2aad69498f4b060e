import { tableRows } from '@viewgap/tables';
import type { BadRow, SourceTable } from './rows/adapter.ts';
import type { Wanted } from './rows/header.ts';
import { namedRows, type TableRow, type TableSettings } from './rows/named-rows.ts';

/**
 * The rows of a text table or an .xlsx file, read as a stream. A comma at the end of lines, as NIH's first release has
 * it, is no column.
 * @param bad receives the rows that do not have the header's shape
 * @throws SourceError that names the missing column, the file and the nearest column that is there
 */
export function readCsv<Needed extends Wanted, Optional extends Wanted = Record<never, never>>(
  table: SourceTable,
  needed: Needed,
  bad: BadRow[],
  optional?: Optional,
  settings: TableSettings = {},
): AsyncGenerator<TableRow<(keyof Needed | keyof Optional) & string>> {
  return namedRows(table.path, (use) => tableRows(table, settings, use), { needed, optional, bad });
}
