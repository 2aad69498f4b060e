import { Readable } from 'node:stream';
import {
  BLANK_LINES,
  decoded,
  headOf,
  LINE_END,
  SEPARATORS,
  splitLine,
  TextFault,
  type TextHead,
} from '@viewgap/artifacts';
import { type CsvError, type Info, parse } from 'csv-parse';
import type { BadRow, SourceTable } from './rows/adapter.ts';
import { hasColumns, type Wanted } from './rows/header.ts';
import { namedRows, type TableRecord, type TableRow, type TableSettings } from './rows/named-rows.ts';
import { SourceError } from './rows/source-error.ts';

/** PadChest's longest row has some 10 kB; a quote that is never closed would swallow the whole table. */
const MAX_RECORD_BYTES = 2 ** 20;

/**
 * The rows of a text table, read as a stream: of commas, semicolons, tabs or bars, whichever its header has. A comma at
 * the end of lines, as NIH's first release has it, is no column.
 * @param bad receives the rows that do not have the header's shape
 * @throws SourceError that names the missing column, the file and the nearest column that is there
 */
export async function* readCsv<Needed extends Wanted, Optional extends Wanted = Record<never, never>>(
  table: SourceTable,
  needed: Needed,
  bad: BadRow[],
  optional?: Optional,
  { encoding, headerRow }: TableSettings = {},
): AsyncGenerator<TableRow<(keyof Needed | keyof Optional) & string>> {
  const { path } = table;
  try {
    const text = decoded(table.bytes, encoding);
    const start = await headOfText(text, headerRow);
    const head = headOf(start, headerRow, (line) => hasColumns(line, needed));
    if (head.header.join('').includes('\0')) {
      throw new TextFault('a csv that is not text', 'save it as CSV in UTF-8');
    }
    const hint = () => headerHint(start, needed);
    const records = readRecords(path, joined(start, text), head, bad);
    yield* namedRows(path, records, { needed, optional, bad, headerRow: head.skip + 1, hint });
  } catch (cause) {
    if (cause instanceof TextFault) throw new SourceError(cause.what, path, cause.cure, { cause });
    throw cause;
  }
}

/** The text up to the lines in which a header may stand. */
async function headOfText(text: AsyncGenerator<string>, headerRow: number | undefined): Promise<string> {
  const lines = Math.max(headerRow ?? 0, BLANK_LINES);
  let start = '';
  while (start.length < MAX_RECORD_BYTES && start.split(LINE_END, lines + 1).length <= lines) {
    const { value, done } = await text.next();
    if (done) break;
    start += value;
  }
  return start;
}

async function* joined(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (start !== '') yield start;
  yield* rest;
}

function headerHint(start: string, needed: Wanted): string | null {
  const lines = start.split(LINE_END, BLANK_LINES);
  const at = lines.findIndex((line) => SEPARATORS.some((one) => hasColumns(splitLine(line, one), needed)));
  return at === -1 ? null : headerIn(at + 1);
}

/** Where pipeline.json must say that the header is. */
export function headerIn(row: number): string {
  return `its row ${row} names the columns: add "headerRow": ${row}`;
}

async function* readRecords(
  path: string,
  text: AsyncIterable<string>,
  { separator, skip }: TextHead,
  bad: BadRow[],
): AsyncGenerator<TableRecord> {
  let before = 0;
  const parser = parse({
    delimiter: separator,
    info: true,
    max_record_size: MAX_RECORD_BYTES,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // An inch mark is no quote.
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      const line = Number(error?.lines ?? 0);
      const ref = `${path}:${line || '?'}`;
      // csv-parse tells of each quote, not of each line.
      if (line > skip && bad.at(-1)?.ref !== ref) bad.push({ ref, detail: 'misplaced quotes' });
      return undefined;
    },
  });
  const source = Readable.from(text, { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      yield { line: info.lines, cells: record };
      before = info.lines;
    }
  } catch (cause) {
    const code = (cause as { code?: string }).code ?? '';
    if (!code.startsWith('CSV_')) throw cause;
    const reason = (cause as Error).message.split('\n')[0]?.slice(0, 200) ?? '';
    throw new SourceError(`a csv that cannot be read after line ${before}`, path, 'save it again as CSV', {
      quoting: { cure: reason },
      cause,
    });
  } finally {
    source.destroy();
  }
}
