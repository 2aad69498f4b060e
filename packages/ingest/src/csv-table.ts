import { nearestName, UserError } from '@viewgap/contracts';
import { type CsvError, parse } from 'csv-parse/sync';
import type { BadRow } from './adapter.ts';

/** Wanted columns by our name for them, each with the names that the source may have given it. */
export type Wanted = Readonly<Record<string, readonly string[]>>;

export interface CsvRow<Key extends string> {
  /** `<file>:<line>` */
  readonly ref: string;
  /** trimmed text of the wanted columns */
  readonly cells: Readonly<Record<Key, string>>;
}

/** The wanted columns of a csv file, and the rows that do not have its shape. */
export class CsvTable<Key extends string> {
  private constructor(
    readonly rows: readonly CsvRow<Key>[],
    readonly bad: readonly BadRow[],
  ) {}

  /**
   * Columns are found by their whole name, without regard to case, spaces and underscores at its ends or between
   * its words. A comma at the end of lines, as NIH's first release has it, is no column.
   * @throws UserError that names the missing column, the file and the nearest column that is there
   */
  static parse<W extends Wanted>(path: string, text: string, wanted: W): CsvTable<keyof W & string> {
    if (text.includes('\0')) throw new UserError('a csv that is not text', path, 'save it as CSV in UTF-8');
    const bad: BadRow[] = [];
    const records = readRecords(path, text, bad);
    const header = records.shift()?.cells ?? [];
    while (header.length > 0 && header.at(-1)?.trim() === '') header.pop();
    if (header.length === 0)
      throw new UserError('an empty csv', path, 'it needs a header and a row an image');
    const columns = Object.entries(wanted).map(
      ([key, names]) => [key, findColumn(path, header, names)] as const,
    );
    const rows: CsvRow<keyof W & string>[] = [];
    for (const { line, cells } of records) {
      const ref = `${path}:${line}`;
      const surplus = cells.slice(header.length).some((cell) => cell.trim() !== '');
      if (cells.length < header.length || surplus) {
        bad.push({ ref, detail: `${cells.length} columns, not the header's ${header.length}` });
        continue;
      }
      const pairs = columns.map(([key, at]) => [key, (cells[at] ?? '').trim()]);
      rows.push({ ref, cells: Object.fromEntries(pairs) as Record<keyof W & string, string> });
    }
    return new CsvTable(rows, bad);
  }
}

interface CsvRecord {
  readonly line: number;
  readonly cells: string[];
}

function readRecords(path: string, text: string, bad: BadRow[]): CsvRecord[] {
  try {
    const found = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error: CsvError | undefined) => {
        const ref = `${path}:${error?.lines ?? '?'}`;
        // csv-parse tells of each quote, not of each line.
        if (bad.at(-1)?.ref !== ref) bad.push({ ref, detail: 'misplaced quotes' });
        return undefined;
      },
    }) as unknown as { info: { lines: number }; record: string[] }[];
    return found.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new UserError('a csv that cannot be read', path, reason, { cause });
  }
}

function findColumn(path: string, header: readonly string[], names: readonly string[]): number {
  const wanted = names.map(normalised);
  const at = header.findIndex((column) => wanted.includes(normalised(column)));
  if (at >= 0) return at;
  const name = names[0] ?? '';
  throw new UserError(`no column "${name}"`, path, nearestName(name, header));
}

function normalised(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, ' ');
}
