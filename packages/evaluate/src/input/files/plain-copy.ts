import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '@viewgap/contracts';
import {
  columnPlaces,
  fileBytes,
  type PlainText,
  plainText,
  TableFault,
  type TableRow,
  tableRows,
} from '@viewgap/tables';
import { type InputLayout, isUsed, namedColumns, nearestColumn, theirName } from './prediction-columns.ts';

/** Rows that a message names. */
const SHOWN = 3;

/** The column of a copy that numbers its rows, from 1 below the header. */
export const ROW = 'row';

export interface PlainCopy {
  /** of the columns behind the first; those without a name, and those that repeat another, have a number */
  readonly names: readonly string[];
  /** letters of its longest line */
  readonly longest: number;
}

/** A text table that DuckDB reads where it lies, and the names of its columns as a copy has them. */
export interface PlainTable extends PlainText {
  readonly names: readonly string[];
}

/**
 * Whether DuckDB reads a table as it is, which saves a copy.
 * @returns null where it needs a copy: what is wrong with it is said there
 * @throws UserError where two columns could be one that is read
 */
export async function plainTable(path: string, layout: InputLayout): Promise<PlainTable | null> {
  const image = theirName(layout, 'image_id');
  const isHeader = (header: readonly string[]) => columnPlaces(header)(image).length > 0;
  const plain = await plainText({ path, file: path, bytes: fileBytes(path) }, layout, isHeader);
  return plain && { ...plain, names: renamed(plain.header, layout, basename(path)) };
}

/**
 * Copies a text table or a workbook into a CSV that DuckDB reads as it is: commas, UTF-8, Unix line ends, no header, a
 * first column of numbers of rows. What a cell is, the reader decides by which ingest reads label tables.
 * @throws UserError where it is none, where it lacks the column of images, and where rows do not have its header's shape
 */
export async function plainCopy(path: string, layout: InputLayout, to: string): Promise<PlainCopy> {
  const name = basename(path);
  const image = theirName(layout, 'image_id');
  let names: readonly string[] = [];
  let [headerLine, longest] = [0, 0];
  const isHeader = (header: readonly string[]) => columnPlaces(header)(image).length > 0;
  const choose = (header: readonly string[], line: number, hint: string | null) => {
    if (!isHeader(header))
      throw new UserError(`no column ${image}`, name, inFlags(hint ?? nearestColumn(image, header)));
    names = renamed(header, layout, name);
    headerLine = line;
    return names.map((_, at) => at);
  };
  const rows = tableRows({ path, file: path, bytes: fileBytes(path) }, layout, { isHeader, choose });
  const faults = new Faults(name);
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of rows) {
      let text = '';
      for (const row of batch) {
        if (faults.add(row, headerLine)) continue;
        const line = lineOf(row, headerLine);
        longest = Math.max(longest, line.length);
        text += line;
      }
      yield text;
    }
  }
  try {
    await pipeline(Readable.from(lines()), createWriteStream(to, { mode: 0o600 }));
  } catch (cause) {
    if (!(cause instanceof TableFault)) throw cause;
    throw new UserError(cause.what, name, inFlags(cause.cure), { cause });
  }
  faults.throwIfAny();
  return { names, longest };
}

/** Settings of pipeline.json as the flags of the command. */
function inFlags(cure: string): string {
  return cure
    .replaceAll(/"encoding": "([^"]*)"/g, '--encoding $1')
    .replaceAll(/"headerRow": (\d+)/g, '--header-row $1')
    .replaceAll(/"sheet": (\d+)/g, '--sheet $1')
    .replace('"sheet" takes', '--sheet takes');
}

/**
 * Names of a header's columns that a query can tell apart, to which case does not matter: those that are read have the
 * layout's. @throws UserError where two columns could be one that is read
 */
export function renamed(header: readonly string[], layout: InputLayout, file: string): string[] {
  const places = columnPlaces(header);
  const read = new Map<number, string>();
  for (const name of new Set([...namedColumns(layout), ...header.filter((one) => isUsed(layout, one))])) {
    const [at, ...others] = places(name);
    if (others.length > 0) {
      const cure = 'rename all but the one that is meant';
      throw new UserError(`${others.length + 1} columns "${name}"`, file, cure);
    }
    if (at !== undefined) read.set(at, name);
  }
  const taken = new Set([ROW, ...[...read.values()].map((name) => name.toLowerCase())]);
  return header.map((name, at) => {
    const own = name === '' || taken.has(name.toLowerCase()) ? `${name}#${at + 1}` : name;
    if (!read.has(at)) taken.add(own.toLowerCase());
    return read.get(at) ?? own;
  });
}

function lineOf({ line, cells }: TableRow, headerLine: number): string {
  return `${line - headerLine},${cells.map(quoted).join(',')}\n`;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Rows that do not have the header's shape. */
class Faults {
  readonly #first: string[] = [];
  #count = 0;

  constructor(private readonly file: string) {}

  /** @returns whether the row has a fault */
  add({ line, fault }: TableRow, headerLine: number): boolean {
    if (fault === null) return false;
    this.#count++;
    if (this.#first.length < SHOWN) {
      this.#first.push(`row ${line - headerLine} of ${this.file} (${fault})`);
    }
    return true;
  }

  throwIfAny(): void {
    if (this.#count === 0) return;
    const more = this.#count > this.#first.length ? `, …; ${this.#count} in all` : '';
    throw new UserError(
      "rows that do not have the header's shape",
      `${this.#first.join(', ')}${more}`,
      'mend them: an id or a text that holds the separator needs quotes',
    );
  }
}
