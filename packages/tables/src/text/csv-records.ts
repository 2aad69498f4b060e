import { TableFault } from '../source/table-fault.ts';
import type { TableRecord } from '../source/table-source.ts';

/** Letters of a record. A quote that is never closed must not take a whole table into memory. */
const LONGEST_RECORD = 2 ** 24;

/** The line ends that are met: of Windows, of Unix, of the old Macintosh, in one file too. */
export const LINE_END = /\r\n|\n|\r/;
const ENDS: ReadonlySet<string> = new Set(['\n', '\r']);

const MISPLACED = 'a quote that is not closed';

/**
 * Splits a text into the records of a table (RFC 4180), piece by piece, and more forgivingly: lines may end in CR LF, LF
 * and CR, in one text too; a quote inside a cell is a letter, and so are quotes around a part of a cell. A quote that
 * nothing closes spoils its own line, not those below it.
 */
export class CsvSplitter {
  #held: string[] = [];
  #length = 0;
  /** letters at which another attempt pays */
  #enough = 0;
  #line: number;

  constructor(
    private readonly separator: string,
    /** lines above that are no records */
    private skip = 0,
  ) {
    this.#line = 1;
  }

  /** @returns the records that are complete. @throws TableFault where there is no line's end for 16 million letters */
  push(piece: string, isLast = false): TableRecord[] {
    this.#held.push(piece);
    this.#length += piece.length;
    if (this.#length < this.#enough && !isLast) return [];
    const text = this.#held.length === 1 ? piece : this.#held.join('');
    const { records, end, next } = this.#split(text, isLast);
    const rest = text.slice(end);
    if (rest.length > LONGEST_RECORD && records.length === 0) {
      throw new TableFault(`a csv that cannot be read after line ${next - 1}`, 'save it again as CSV');
    }
    this.#line = next;
    this.#held = rest === '' ? [] : [rest];
    this.#length = rest.length;
    // A record of many pieces is not looked through again with each.
    this.#enough = 2 * rest.length;
    return records;
  }

  #split(text: string, isLast: boolean) {
    const marks = new Marks(text, this.separator);
    const records: TableRecord[] = [];
    let line = this.#line;
    let at = 0;
    while (at < text.length) {
      const end = marks.lineEnd(at);
      const after = afterEnd(text, end, isLast);
      if (after === null) break;
      if (this.skip > 0) this.skip--;
      else if (marks.quote(at) >= end) {
        records.push({ line, cells: text.slice(at, end).split(this.separator) });
      } else {
        const record = quotedRecord(text, at, { separator: this.separator, marks, isLast });
        const next = typeof record === 'string' ? null : afterEnd(text, record.end, isLast);
        if (record === 'incomplete' || (record !== 'misplaced' && next === null)) break;
        if (record !== 'misplaced' && next !== null) {
          records.push({ line, cells: record.cells });
          line += record.lines;
          at = next;
          continue;
        }
        marks.rewind();
        records.push({ line, cells: [], fault: MISPLACED });
      }
      line++;
      at = after;
    }
    return { records, end: at, next: line };
  }
}

/** Where the line after an end begins; null where it is not known whether this is the end, or whether LF follows CR. */
function afterEnd(text: string, end: number, isLast: boolean): number | null {
  if (end === text.length) return isLast ? end : null;
  if (text[end] !== '\r') return end + 1;
  if (end + 1 === text.length && !isLast) return null;
  return text[end + 1] === '\n' ? end + 2 : end + 1;
}

/** Where the marks of a text stand that cells end at; each is looked for once, from the front to the back. */
class Marks {
  #lf = -1;
  #cr = -1;
  #quote = -1;
  #separator = -1;

  constructor(
    private readonly text: string,
    private readonly separator: string,
  ) {}

  /** Marks before the last one are asked for again. */
  rewind(): void {
    this.#lf = this.#cr = this.#quote = this.#separator = -1;
  }

  /** the first line's end from here on, or the text's */
  lineEnd(from: number): number {
    if (this.#lf < from) this.#lf = this.#find('\n', from);
    if (this.#cr < from) this.#cr = this.#find('\r', from);
    return Math.min(this.#lf, this.#cr);
  }

  quote(from: number): number {
    if (this.#quote < from) this.#quote = this.#find('"', from);
    return this.#quote;
  }

  /** the end of a cell: the first separator or line's end from here on */
  cellEnd(from: number): number {
    if (this.#separator < from) this.#separator = this.#find(this.separator, from);
    return Math.min(this.#separator, this.lineEnd(from));
  }

  #find(mark: string, from: number): number {
    const at = this.text.indexOf(mark, from);
    return at === -1 ? this.text.length : at;
  }
}

interface Quoted {
  readonly cells: readonly string[];
  /** where its last line ends */
  readonly end: number;
  readonly lines: number;
}

/** A record in which there is a quote. */
function quotedRecord(
  text: string,
  start: number,
  {
    separator,
    marks,
    isLast,
  }: { readonly separator: string; readonly marks: Marks; readonly isLast: boolean },
): Quoted | 'incomplete' | 'misplaced' {
  const cells: string[] = [];
  let lines = 1;
  let from = start;
  for (;;) {
    const opening = afterBlanks(text, from, separator);
    let cellEnd = marks.cellEnd(from);
    let cell: string | null = null;
    if (text[opening] === '"') {
      const closing = closingQuote(text, opening);
      const after = afterBlanks(text, closing + 1, separator);
      const isOverLines = closing > marks.lineEnd(from);
      if (after >= text.length && !isLast && text.length - start <= LONGEST_RECORD) return 'incomplete';
      if (closing === text.length) return 'misplaced';
      if (ENDS.has(text[after] ?? '\n') || text[after] === separator) {
        cell = text.slice(opening + 1, closing).replaceAll('""', '"');
        if (isOverLines) lines += cell.split(LINE_END).length - 1;
        cellEnd = after;
      } else if (isOverLines) return 'misplaced';
      else cellEnd = marks.cellEnd(closing);
    }
    cells.push(cell ?? text.slice(from, cellEnd));
    if (text[cellEnd] !== separator) return { cells, end: cellEnd, lines };
    from = cellEnd + 1;
  }
}

function afterBlanks(text: string, from: number, separator: string): number {
  let at = from;
  while (text[at] === ' ' || (text[at] === '\t' && separator !== '\t')) at++;
  return at;
}

/** The quote that closes the one at `opening`; the text's length where there is none. */
function closingQuote(text: string, opening: number): number {
  let at = text.indexOf('"', opening + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at === -1 ? text.length : at;
}
