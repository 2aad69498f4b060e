import { Readable } from 'node:stream';
import { nearestName } from '@viewgap/contracts';
import { type CsvError, type Info, parse } from 'csv-parse';
import type { BadRow, SourceTable } from './adapter.ts';
import { SourceError } from './source-error.ts';

/** Wanted columns by our name for them, each with the names that the source may have given it. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

export interface CsvRow<Key extends string> {
  /** `<file>:<line>` */
  readonly ref: string;
  /** trimmed text of the wanted columns; empty where an optional column is absent */
  readonly cells: Readonly<Record<Key, string>>;
}

const MAX_COLUMNS = 10_000;
/** PadChest's longest row has some 10 kB; a quote that is never closed would swallow the whole table. */
const MAX_RECORD_BYTES = 2 ** 20;

/**
 * The rows of a csv table, read as a stream. Columns are found by their whole name, without regard to case, spaces
 * and underscores at its ends or between its words. A comma at the end of lines, as NIH's first release has it, is
 * no column.
 * @param bad receives the rows that do not have the header's shape
 * @throws SourceError that names the missing column, the file and the nearest column that is there
 */
export async function* readCsv<Needed extends Wanted, Optional extends Wanted = Record<never, never>>(
  table: SourceTable,
  needed: Needed,
  bad: BadRow[],
  optional?: Optional,
): AsyncGenerator<CsvRow<(keyof Needed | keyof Optional) & string>> {
  const { path } = table;
  let header: string[] | null = null;
  let columns: readonly (readonly [string, number])[] = [];
  for await (const { line, cells } of readRecords(table, bad)) {
    if (header === null) {
      header = trimmedHeader(path, cells);
      columns = findColumns(path, header, needed, optional ?? {});
      continue;
    }
    const ref = `${path}:${line}`;
    const surplus = cells.slice(header.length).some((cell) => cell.trim() !== '');
    if (cells.length < header.length || surplus) {
      bad.push({ ref, detail: `${cells.length} columns, not the header's ${header.length}` });
      continue;
    }
    const pairs = columns.map(([key, at]) => [key, (cells[at] ?? '').trim()]);
    yield {
      ref,
      cells: Object.fromEntries(pairs) as Record<(keyof Needed | keyof Optional) & string, string>,
    };
  }
  if (header === null) throw new SourceError('an empty csv', path, 'it needs a header and a row an image');
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

async function* readRecords(table: SourceTable, bad: BadRow[]): AsyncGenerator<CsvRecord> {
  const { path } = table;
  const parser = parse({
    bom: true,
    delimiter: /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',',
    info: true,
    max_record_size: MAX_RECORD_BYTES,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      const ref = `${path}:${error?.lines ?? '?'}`;
      // csv-parse tells of each quote, not of each line.
      if (bad.at(-1)?.ref !== ref) bad.push({ ref, detail: 'misplaced quotes' });
      return undefined;
    },
  });
  const source = Readable.from(textOnly(table), { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      yield { line: info.lines, cells: record };
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    const code = (cause as { code?: string }).code ?? '';
    if (!code.startsWith('CSV_')) throw cause;
    const reason = (cause as Error).message.split('\n')[0]?.slice(0, 200) ?? '';
    throw new SourceError('a csv that cannot be read', path, 'save it again as CSV', {
      quoting: { cure: reason },
      cause,
    });
  } finally {
    source.destroy();
  }
}

async function* textOnly({ path, bytes }: SourceTable): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes()) {
    if (chunk.includes(0)) throw new SourceError('a csv that is not text', path, 'save it as CSV in UTF-8');
    yield chunk;
  }
}

function trimmedHeader(path: string, cells: readonly string[]): string[] {
  const header = [...cells];
  while (header.length > 0 && header.at(-1)?.trim() === '') header.pop();
  if (header.length === 0)
    throw new SourceError('an empty csv', path, 'it needs a header and a row an image');
  if (header.length > MAX_COLUMNS) {
    throw new SourceError('a csv with too many columns', path, `${header.length}, at most ${MAX_COLUMNS}`);
  }
  return header;
}

/** Where each wanted column stands in a header; -1 for an optional one that it lacks. @throws SourceError */
export function findColumns(path: string, header: readonly string[], needed: Wanted, optional: Wanted) {
  const places = new Map(header.map((name, at) => [normalised(name), at] as const).reverse());
  const placeOf = (names: readonly string[]) =>
    names.map((name) => places.get(normalised(name))).find((at) => at !== undefined);
  const found = Object.entries(needed).map(([key, names]) => {
    const at = placeOf(names);
    const name = names[0] ?? '';
    if (at === undefined) throw noColumn(name, path, header);
    return [key, at] as const;
  });
  const others = Object.entries(optional).map(([key, names]) => [key, placeOf(names) ?? -1] as const);
  return [...found, ...others];
}

/** A table without a header has a patient's cells in its place. */
function noColumn(name: string, path: string, header: readonly string[]): SourceError {
  return new SourceError(
    `no column "${name}"`,
    path,
    `its first row must name the columns: it has ${header.length}; \`viewgap ingest … --explain --reveal\` shows them`,
    { quoting: { cure: nearestName(name, header) } },
  );
}

function normalised(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
}
