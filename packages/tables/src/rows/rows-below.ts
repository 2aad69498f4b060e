import type { TableRecord } from '../source/table-source.ts';
import { cellText } from './cell-text.ts';
import { headerNames, noHeader } from './header.ts';

/** A row below a table's header. */
export interface TableRow {
  /** from 1: the first line that it takes */
  readonly line: number;
  /** of the columns that were chosen, in their order: trimmed, in composed form; empty where a row has none */
  readonly cells: readonly string[];
  /** why it does not have the header's shape, without a word of it; null where it has */
  readonly fault: string | null;
}

/** What is asked of a table. */
export interface TableUse {
  /** whether a line names the columns */
  readonly isHeader: (names: readonly string[]) => boolean;
  /**
   * Chooses columns by their places. Throws an error of its own where one is missing.
   * @param hint where the header may be instead
   */
  readonly choose: (names: readonly string[], line: number, hint: string | null) => readonly number[];
}

const UNSAVED = 'a formula whose result is not in the workbook: open it in a spreadsheet program and save it';

interface Below {
  readonly choose: TableUse['choose'];
  /** line of the header, or one above it */
  readonly headerRow?: number | undefined;
  readonly hint?: () => string | null | Promise<string | null>;
}

/**
 * The rows below a table's header. Blank lines are none. A row that ends before a column that was chosen, that has more
 * cells than the header, that holds a NUL, a formula without its result in such a column, or is the header again has a fault.
 * @throws TableFault where there is no header
 */
export async function* rowsBelow(
  records: AsyncIterable<readonly TableRecord[]>,
  { choose, headerRow = 1, hint = () => null }: Below,
): AsyncGenerator<readonly TableRow[]> {
  let header: readonly string[] | null = null;
  let chosen: readonly number[] = [];
  let last = -1;
  for await (const batch of records) {
    const rows: TableRow[] = [];
    for (const { line, cells, isWhole = false, unsaved, fault } of batch) {
      if (line < headerRow || (fault === undefined && isBlank(cells))) continue;
      if (header === null) {
        header = headerNames(cells);
        chosen = await chosenOf(header, line, choose, hint);
        last = chosen.reduce((most, at) => Math.max(most, at), 0);
        continue;
      }
      const isUnsaved = unsaved?.some((at) => chosen.includes(at)) ?? false;
      const wrong = isUnsaved ? UNSAVED : (fault ?? faultOf(cells, header, isWhole ? -1 : last));
      rows.push({ line, cells: wrong === null ? chosen.map((at) => composed(cells[at])) : [], fault: wrong });
    }
    if (rows.length > 0) yield rows;
  }
  if (header === null) throw noHeader(await hint());
}

/** A hint costs another look into the file. */
async function chosenOf(
  header: readonly string[],
  line: number,
  choose: TableUse['choose'],
  hint: () => string | null | Promise<string | null>,
): Promise<readonly number[]> {
  try {
    return choose(header, line, null);
  } catch (error) {
    const elsewhere = await hint();
    if (elsewhere === null) throw error;
    return choose(header, line, elsewhere);
  }
}

/** What a cell holds that is not printable ASCII, a blank at its end, or a guard: most have none, and stay as they are. */
const UNCOMPOSED = /[^ -~]|^ | $|^="/;

function composed(cell: string | undefined): string {
  if (cell === undefined) return '';
  return UNCOMPOSED.test(cell) ? cellText(cell) : cell;
}

function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/** @param last the last column that is wanted, -1 where rows are whole: a row that ends at it may be cut short in it */
function faultOf(cells: readonly string[], header: readonly string[], last: number): string | null {
  if (cells.length < header.length && cells.length < last + 2 && last >= 0) return widths(cells, header);
  if (cells.length > header.length && !isBlank(cells.slice(header.length))) return widths(cells, header);
  if (cells.some((cell) => cell.includes('\0'))) return 'a NUL in it';
  return header.every((name, at) => name === composed(cells[at])) ? 'the header again' : null;
}

function widths(cells: readonly string[], header: readonly string[]): string {
  return `${cells.length} columns, not the header's ${header.length}`;
}
