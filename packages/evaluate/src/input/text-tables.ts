import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import {
  BLANK_LINES,
  type Bytes,
  checkEncoding,
  decoded,
  headOf,
  LINE_END,
  markedEncoding,
  SEPARATORS,
  splitLine,
  TextFault,
} from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';

/** What is to be known of a text table before DuckDB reads it. */
export interface TextOptions {
  /** of a text that is neither UTF-8 nor marked as UTF-16 */
  readonly encoding?: string | undefined;
  /** whether a line is the table's header */
  readonly isHeader: (names: readonly string[]) => boolean;
  /** a folder for copies, and a name of this table's own in it */
  readonly copy: { readonly folder: () => Promise<string>; readonly name: string };
}

/** A text table as DuckDB can read it. */
export interface TextTable {
  /** the file itself, or a copy of it in UTF-8 with Unix line ends */
  readonly path: string;
  readonly separator: string;
  /** lines before the first row */
  readonly skip: number;
  /** names of all columns; those without a name, and those that repeat another, have a number */
  readonly columns: readonly string[];
  readonly repeated: readonly string[];
}

/**
 * Finds the encoding, the separator and the header of a text table by the rules by which ingest reads its label
 * tables. A table in another encoding than UTF-8, or whose line ends differ, is copied.
 * @throws UserError where it is no text in the encoding, or the header is not in its first line
 */
export async function openText(path: string, options: TextOptions): Promise<TextTable> {
  const { encoding, isHeader, copy } = options;
  const bytes = bytesOf(path);
  try {
    if (encoding !== undefined) checkEncoding(encoding);
    const start = await textStart(bytes, encoding);
    const { separator, skip, header } = headOf(start, undefined, isHeader);
    const names = header.map((name) => name.normalize('NFC').trim());
    if (!isHeader(names)) refuseTitle(path, start, isHeader);
    const asIs = await isPlain(bytes, encoding);
    return {
      path: asIs ? path : await copied(bytes, encoding, join(await copy.folder(), `${copy.name}.csv`)),
      separator,
      skip: skip + 1,
      columns: distinct(names),
      repeated: names.filter((name, at) => name !== '' && names.indexOf(name) !== at),
    };
  } catch (cause) {
    if (!(cause instanceof TextFault)) throw cause;
    throw new UserError(cause.what, path, cause.cure.replace('"encoding": ', '--encoding '), { cause });
  }
}

function bytesOf(path: string): Bytes {
  return async function* () {
    const stream = createReadStream(path);
    if (!path.endsWith('.gz')) {
      yield* stream;
      return;
    }
    const gunzip = createGunzip();
    stream.on('error', (error) => gunzip.destroy(error));
    try {
      yield* stream.pipe(gunzip);
    } catch (cause) {
      if (!/^(Z_|ERR_.*ZLIB)/.test((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
      throw new TextFault('a damaged gzip file', 'fetch it again');
    } finally {
      stream.destroy();
    }
  };
}

/** Header lines of wide tables are long. */
const START = 2 ** 20;

async function textStart(bytes: Bytes, encoding: string | undefined): Promise<string> {
  let start = '';
  for await (const piece of decoded(bytes, encoding)) {
    start += piece;
    if (start.length > START || start.split(LINE_END, BLANK_LINES + 1).length > BLANK_LINES) break;
  }
  return start;
}

function refuseTitle(path: string, start: string, isHeader: TextOptions['isHeader']): void {
  const lines = start.split(LINE_END, BLANK_LINES);
  const at = lines.findIndex((line) => SEPARATORS.some((one) => isHeader(splitLine(line, one))));
  if (at < 1) return;
  throw new UserError(
    'a table whose first line is no header',
    path,
    `its line ${at + 1} is: delete those above`,
  );
}

/** Whether DuckDB reads it as it is: UTF-8, and all lines end alike. */
async function isPlain(bytes: Bytes, encoding: string | undefined): Promise<boolean> {
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) return false;
  const ends = new Set<string>();
  let isFirst = true;
  let before = 0;
  for await (const piece of bytes()) {
    if (isFirst && (markedEncoding(piece) ?? 'utf-8') !== 'utf-8') return false;
    isFirst = false;
    before = lineEnds(piece, before, ends);
    if (ends.size > 1) return false;
  }
  return true;
}

const [CR, LF] = [13, 10];

/** Adds the line ends of a piece. @param before the last byte of the piece before @returns the last byte of this one */
function lineEnds(piece: Uint8Array, before: number, ends: Set<string>): number {
  const last = piece.at(-1) ?? before;
  const hasReturns = before === CR || piece.includes(CR);
  if (!hasReturns) {
    if (piece.includes(LF)) ends.add('LF');
    return last;
  }
  let previous = before;
  for (const byte of piece) {
    if (byte === LF) ends.add(previous === CR ? 'CR LF' : 'LF');
    else if (previous === CR) ends.add('CR');
    previous = byte;
  }
  return last;
}

async function copied(bytes: Bytes, encoding: string | undefined, to: string): Promise<string> {
  await pipeline(Readable.from(unixLines(decoded(bytes, encoding))), createWriteStream(to, { mode: 0o600 }));
  return to;
}

async function* unixLines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const piece of text) {
    const all = held + piece;
    // Whether LF follows is not known yet.
    held = all.endsWith('\r') ? '\r' : '';
    yield all.slice(0, all.length - held.length).replaceAll(/\r\n?/g, '\n');
  }
  yield held === '' ? '' : '\n';
}

/** Names that a query can tell apart. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, at) => {
    const own = name === '' || taken.has(name) ? `${name}#${at + 1}` : name;
    taken.add(own);
    return own;
  });
}
