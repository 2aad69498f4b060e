import { TableFault } from '../source/table-fault.ts';
import type { TableRecord, TableSettings, TableSource } from '../source/table-source.ts';
import { CsvSplitter, LINE_END } from './csv-records.ts';
import { BLANK_LINES, headerLine, headOf } from './separator.ts';
import { decoded } from './text-encoding.ts';

/** Letters in which a header is looked for: those of wide tables are long. */
const LONGEST_START = 2 ** 20;

/** Hospital systems export web pages, and workbooks of 2003, by any name. */
export const MARKUP = /^\s*<(!doctype html|html|head|meta|table|\?xml|\?mso|workbook)/i;
const SAVE = 'save it as .xlsx or as CSV';

/** A text table whose header has been found. */
export interface TextTable {
  readonly headerRow: number;
  /** as the lines stand in the file, the header's first */
  readonly records: AsyncIterable<readonly TableRecord[]>;
  /** line of what looks like the header, if the one that there is does not */
  readonly hint: () => number | null;
}

/**
 * Opens a text table: of commas, semicolons, tabs or bars, whichever its header has.
 * @param isHeader whether a record names the columns
 * @throws TableFault where it is no text in the encoding
 */
export async function openText(
  { bytes }: TableSource,
  { encoding, headerRow }: TableSettings,
  isHeader: (names: readonly string[]) => boolean,
): Promise<TextTable> {
  const text = decoded(bytes, encoding);
  const start = await startOf(text, headerRow);
  if (MARKUP.test(start)) {
    await text.return(undefined);
    throw new TableFault('a table that is a web page or XML', `open it in a spreadsheet program and ${SAVE}`);
  }
  const { separator, skip } = headOf(start, headerRow, isHeader);
  const splitter = new CsvSplitter(separator, skip);
  return {
    headerRow: skip + 1,
    hint: () => headerLine(start, isHeader),
    records: (async function* () {
      try {
        yield splitter.push(start);
        for await (const piece of text) yield splitter.push(piece);
        yield splitter.push('', true);
      } finally {
        await text.return(undefined);
      }
    })(),
  };
}

/** The text up to the lines in which a header may stand. */
async function startOf(text: AsyncGenerator<string>, headerRow = 0): Promise<string> {
  const lines = Math.max(headerRow, BLANK_LINES);
  let start = '';
  while (start.length < LONGEST_START && start.split(LINE_END, lines + 1).length <= lines) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
  }
  return start;
}
