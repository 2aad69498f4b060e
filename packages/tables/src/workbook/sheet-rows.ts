import type { TableRecord } from '../source/table-source.ts';
import { PLAIN, shownNumber } from './number-format.ts';
import { plainText, type Workbook } from './workbook.ts';
import { xmlEvents } from './xml-events.ts';

/** Columns of a sheet (XFD). */
const MOST_COLUMNS = 16_384;

/**
 * The rows of a sheet, some at a time, that are written in it, as they are shown: texts, numbers with the zeros of their format, dates as
 * 2026-01-31, and cells that are merged downwards each with their text. A formula without a value is empty, and told.
 */
export async function* sheetRows(workbook: Workbook, part: string): AsyncGenerator<readonly TableRecord[]> {
  const bytes = workbook.bytes(part);
  const merged = new Merged(await mergesOf(bytes));
  const rows: TableRecord[] = [];
  let line = 0;
  let cells: string[] = [];
  let unsaved: number[] = [];
  let isFormula = false;
  let cell = { column: -1, type: '', style: 0 };
  let [value, text] = ['', ''];
  let within: 'v' | 't' | null = null;
  let inReading = false;
  const events = xmlEvents(bytes, {
    open: (name, attributes) => {
      if (name === 'c') {
        const column = columnOf(attributes.r) ?? cells.length;
        cell = { column, type: attributes.t ?? '', style: Number(attributes.s ?? 0) };
        value = text = '';
        isFormula = false;
      } else if (name === 'v' || name === 't') within = name;
      else if (name === 'f') isFormula = true;
      else if (name === 'rPh') inReading = true;
      else if (name === 'row') {
        line = attributes.r === undefined ? line + 1 : Number(attributes.r);
        cells = [];
      }
    },
    text: (piece) => {
      if (within === 'v') value += piece;
      else if (within === 't' && !inReading) text += piece;
    },
    close: (name) => {
      if (name === within) within = null;
      else if (name === 'rPh') inReading = false;
      else if (name === 'c' && cell.column < MOST_COLUMNS) {
        while (cells.length < cell.column) cells.push('');
        cells[cell.column] = shown(cell, value, text);
        // A formula whose result is an empty text has the type of one.
        if (isFormula && value === '' && cell.type !== 'str') unsaved.push(cell.column);
      } else if (name === 'row') {
        const row = { line, cells: merged.fill(line, cells), isWhole: true };
        rows.push(unsaved.length === 0 ? row : { ...row, unsaved });
        unsaved = [];
      }
    },
  });
  const shown = ({ type, style }: typeof cell, stored: string, inline: string): string => {
    if (type === 's') return workbook.texts.at(Number(stored)) ?? '';
    if (type === 'inlineStr') return plainText(inline);
    if (stored === '') return '';
    if (type === 'str') return plainText(stored);
    if (type === 'b') return stored === '1' ? 'true' : 'false';
    if (type === 'd') return stored.slice(0, 10);
    if (type === 'e') return stored;
    return shownNumber(stored, workbook.formats[style] ?? PLAIN, workbook.epoch);
  };
  for await (const _ of events) if (rows.length > 0) yield rows.splice(0);
  if (rows.length > 0) yield rows;
}

/** `B` of `B12` is 1. */
function columnOf(reference: string | undefined): number | null {
  if (reference === undefined) return null;
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const code = reference.charCodeAt(i) & 0xdf;
    if (code < 65 || code > 90) break;
    column = 26 * column + code - 64;
  }
  return column === 0 ? null : column - 1;
}

interface Merge {
  readonly first: number;
  readonly last: number;
  readonly column: number;
}

/** Cells of one column that are one to who looks at them: the upper one holds the text. */
class Merged {
  readonly #starts = new Map<number, Merge[]>();
  #open: { readonly merge: Merge; readonly text: string }[] = [];

  constructor(merges: readonly Merge[]) {
    for (const merge of merges) {
      const those = this.#starts.get(merge.first);
      if (those === undefined) this.#starts.set(merge.first, [merge]);
      else those.push(merge);
    }
  }

  fill(line: number, cells: string[]): string[] {
    if (this.#open.length > 0) this.#open = this.#open.filter(({ merge }) => merge.last >= line);
    for (const { merge, text } of this.#open) {
      while (cells.length <= merge.column) cells.push('');
      if (cells[merge.column] === '') cells[merge.column] = text;
    }
    for (const merge of this.#starts.get(line) ?? []) {
      this.#open.push({ merge, text: cells[merge.column] ?? '' });
    }
    return cells;
  }
}

const END_OF_CELLS = /<\/(?:\w+:)?sheetData>/;
const LONGEST_NAME = 64;

/** Merged cells are listed behind all rows: the sheet is unpacked once for them. */
async function mergesOf(bytes: () => AsyncIterable<Uint8Array>): Promise<Merge[]> {
  const after: string[] = [];
  let end = '';
  for await (const chunk of bytes()) {
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    if (after.length > 0) after.push(text);
    else {
      const both = end + text;
      const at = both.search(END_OF_CELLS);
      if (at !== -1) after.push(both.slice(at));
      end = both.slice(-LONGEST_NAME);
    }
  }
  const found = after.join('').matchAll(/<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g);
  return [...found].flatMap(([, letters, first, last]) => {
    const column = columnOf(letters);
    if (column === null || first === last) return [];
    return [{ first: Number(first), last: Number(last), column }];
  });
}
