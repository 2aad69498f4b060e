import type { BadRow } from './adapter.ts';
import { findColumns, noHeader, trimmedHeader, type Wanted } from './header.ts';

export interface TableRow<Key extends string> {
  /** `<file>:<line>` */
  readonly ref: string;
  /** trimmed text of the wanted columns, in composed form; empty where an optional column is absent */
  readonly cells: Readonly<Record<Key, string>>;
}

/** A line of a table, whatever its file is. */
export interface TableRecord {
  /** from 1: the last line that it takes */
  readonly line: number;
  readonly cells: readonly string[];
  /** true: cells that it lacks at its end are empty, and not cut off */
  readonly isWhole?: boolean;
}

/** How pipeline.json says that a table is to be read. */
export interface TableSettings {
  /** of a text table without a mark */
  readonly encoding?: string | undefined;
  /** of a workbook: the name of a sheet, or its number, from 1 */
  readonly sheet?: string | number | undefined;
  /** line of the header, from 1 */
  readonly headerRow?: number | undefined;
}

export interface WantedColumns<Needed extends Wanted, Optional extends Wanted> {
  readonly needed: Needed;
  readonly optional?: Optional | undefined;
  /** receives the rows that do not have the header's shape */
  readonly bad: BadRow[];
  readonly headerRow?: number | undefined;
  /** where the header may be instead, if the one that there is lacks a column */
  readonly hint?: () => string | null | Promise<string | null>;
}

/**
 * The rows below a table's header, each with the cells of the wanted columns. Blank lines are none. A row that ends
 * before a column that is wanted, that has more cells than the header, or that is the header again is bad.
 * @throws SourceError that names the missing column, the file and the nearest column that is there
 */
export async function* namedRows<Needed extends Wanted, Optional extends Wanted = Record<never, never>>(
  path: string,
  records: AsyncIterable<TableRecord>,
  { needed, optional, bad, headerRow = 1, hint = () => null }: WantedColumns<Needed, Optional>,
): AsyncGenerator<TableRow<(keyof Needed | keyof Optional) & string>> {
  let header: readonly string[] | null = null;
  let columns: readonly (readonly [string, number])[] = [];
  let last = -1;
  for await (const { line, cells, isWhole = false } of records) {
    if (line < headerRow || isBlank(cells)) continue;
    if (header === null) {
      header = trimmedHeader(path, cells);
      columns = await columnsIn(path, header, needed, optional ?? {}, hint);
      last = columns.reduce((most, [, at]) => Math.max(most, at), 0);
      continue;
    }
    const ref = `${path}:${line}`;
    const fault = faultOf(cells, header, isWhole ? -1 : last);
    if (fault !== null) {
      bad.push({ ref, detail: fault });
      continue;
    }
    const pairs = columns.map(([key, at]) => [key, (cells[at] ?? '').trim().normalize('NFC')]);
    yield {
      ref,
      cells: Object.fromEntries(pairs) as Record<(keyof Needed | keyof Optional) & string, string>,
    };
  }
  if (header === null) throw noHeader(path);
}

/** The hint costs another look into the file. */
async function columnsIn(
  path: string,
  header: readonly string[],
  needed: Wanted,
  optional: Wanted,
  hint: () => string | null | Promise<string | null>,
) {
  try {
    return findColumns(path, header, needed, optional);
  } catch {
    return findColumns(path, header, needed, optional, await hint());
  }
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** @param last the last column that is wanted, -1 where rows are whole: a row that ends at it may be cut short in it */
function faultOf(cells: readonly string[], header: readonly string[], last: number): string | null {
  if (cells.length < header.length && cells.length < last + 2 && last >= 0) return widths(cells, header);
  if (cells.length > header.length && !isBlank(cells.slice(header.length))) return widths(cells, header);
  if (cells.some((cell) => cell.includes('\0'))) return 'a NUL in it';
  return header.every((name, at) => name === cells[at]) ? 'the header again' : null;
}

function widths(cells: readonly string[], header: readonly string[]): string {
  return `${cells.length} columns, not the header's ${header.length}`;
}
