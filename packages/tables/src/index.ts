export { columnPlaces } from './rows/header.ts';
export { rowsBelow, type TableRow, type TableUse } from './rows/rows-below.ts';
export { tableRows } from './rows/table-rows.ts';
export { TableFault } from './source/table-fault.ts';
export {
  type Bytes,
  fileBytes,
  type TableRecord,
  type TableSettings,
  type TableSource,
} from './source/table-source.ts';
export { LINE_END } from './text/csv-records.ts';
export { type PlainText, plainText } from './text/plain-text.ts';
export { decoded } from './text/text-encoding.ts';
export { isWorkbook } from './workbook/workbook-table.ts';
