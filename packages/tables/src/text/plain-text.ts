import type { TableSettings, TableSource } from '../source/table-source.ts';
import { headOf, type Separator } from './separator.ts';

/** A text table that any reader of CSV reads as this package does. */
export interface PlainText {
  readonly header: readonly string[];
  readonly separator: Separator;
  readonly lineEnd: '\n' | '\r\n';
  /** bytes of its longest line */
  readonly longest: number;
}

/** What a byte is to a reader of CSV; `odd` are those that this package reads by rules of its own. */
const KINDS = { letter: 0, blank: 1, separator: 2, quote: 3, lf: 4, cr: 5, odd: 6 } as const;
type Kind = keyof typeof KINDS;
const KIND_BITS = 3;

/** Where a byte stands; a line ends in `end`, and the table is not plain in `none`. */
const PLACES = [
  'start',
  'cell',
  'blank',
  'opened',
  'quoted',
  'blankQuoted',
  'closed',
  'cr',
  'end',
  'none',
] as const;
type Place = (typeof PLACES)[number];

const ENDS = { separator: 'start', lf: 'end', cr: 'cr' } as const;
/** Places that are not listed are `none`: blanks around a cell, quotes and line ends inside one. */
const STEPS: Readonly<Record<Place, Partial<Record<Kind, Place>>>> = {
  start: { letter: 'cell', quote: 'opened', ...ENDS },
  cell: { letter: 'cell', blank: 'blank', ...ENDS },
  blank: { letter: 'cell', blank: 'blank' },
  opened: { letter: 'quoted', separator: 'quoted', quote: 'closed' },
  quoted: { letter: 'quoted', separator: 'quoted', blank: 'blankQuoted', quote: 'closed' },
  blankQuoted: { letter: 'quoted', separator: 'quoted', blank: 'blankQuoted' },
  closed: ENDS,
  cr: { lf: 'end' },
  end: {},
  none: {},
};
const at = (place: Place) => PLACES.indexOf(place);
const [START, CR, END, NONE] = [at('start'), at('cr'), at('end'), at('none')];
const [CELL, CLOSED, OPENED] = [at('cell'), at('closed'), at('opened')];

const MARK = [0xef, 0xbb, 0xbf];

/**
 * Looks through a text table whose header is its first line. Most tables that programs write are plain: ASCII, cells as
 * many as the header has, no blanks around them, quotes around whole cells alone, one kind of line end. They need not be
 * taken apart here.
 * @returns null where a table is anything else, and where it is packed
 */
export async function plainText(
  { file, path, bytes }: TableSource,
  { encoding, headerRow = 1 }: TableSettings,
  isHeader: (names: readonly string[]) => boolean,
): Promise<PlainText | null> {
  if (file === undefined || /\.gz$/i.test(path) || encoding !== undefined || headerRow !== 1) return null;
  let lines: Lines | null = null;
  for await (const chunk of bytes()) {
    const first = lines === null;
    lines ??= linesOf(chunk, isHeader);
    if (lines === null || !lines.read(first && isMarked(chunk) ? chunk.subarray(MARK.length) : chunk))
      return null;
  }
  return lines?.end() ?? null;
}

const isMarked = (chunk: Uint8Array) => MARK.every((byte, i) => chunk[i] === byte);

/** The header must be in the first chunk: in 64 KiB. */
function linesOf(chunk: Uint8Array, isHeader: (names: readonly string[]) => boolean): Lines | null {
  const text = Buffer.from(chunk)
    .toString('latin1')
    .slice(isMarked(chunk) ? MARK.length : 0);
  const end = text.search(/\r?\n/);
  if (end === -1) return null;
  const line = text.slice(0, end);
  const { separator, skip } = headOf(`${line}\n`, undefined, isHeader);
  const header = line.split(separator).map((cell) => cell.replace(/^"(.*)"$/, '$1'));
  const isPlain =
    skip === 0 && isHeader(header) && header.at(-1) !== '' && !header.some((name) => name.includes('"'));
  return isPlain && header.length > 1 ? new Lines(header, separator) : null;
}

/** Follows the bytes of a plain table from its header on. */
class Lines {
  readonly #kinds: Uint8Array;
  readonly #header: readonly string[];
  readonly #separator: Separator;
  #place = START;
  #cells = 1;
  #isFilled = false;
  #longest = 0;
  #lineEnd: '\n' | '\r\n' | null = null;
  /** the header's line, and a line whose beginning was in chunks before */
  #headerLine: Buffer | null = null;
  #held: Buffer = Buffer.alloc(0);

  constructor(header: readonly string[], separator: Separator) {
    this.#header = header;
    this.#separator = separator;
    this.#kinds = kindsOf(separator);
  }

  /** @returns whether all is plain so far */
  read(chunk: Uint8Array): boolean {
    const kinds = this.#kinds;
    let [place, cells, isFilled] = [this.#place, this.#cells, this.#isFilled];
    let from = -this.#held.length;
    let hasCr = place === CR;
    for (let i = 0; i < chunk.length; i++) {
      const kind = kinds[chunk[i] as number] as number;
      const next = NEXT[(place << KIND_BITS) | kind] as number;
      if (next === NONE) return false;
      if (next === CELL) isFilled = true;
      else if (next === START) cells++;
      else if (next === CLOSED) isFilled ||= place !== OPENED;
      else if (next === CR) hasCr = true;
      else if (next === END) {
        if (cells !== this.#header.length || !isFilled) return false;
        if (!this.#endLine(chunk, from, i + 1, hasCr)) return false;
        from = i + 1;
        cells = 1;
        isFilled = hasCr = false;
        place = START;
        continue;
      }
      place = next;
    }
    [this.#place, this.#cells, this.#isFilled] = [place, cells, isFilled];
    this.#held = this.#line(chunk, from, chunk.length);
    return this.#held.length <= LONGEST_LINE;
  }

  /** The last line needs no end. */
  end(): PlainText | null {
    const isOpen = this.#held.length > 0;
    if (isOpen && (this.#cells !== this.#header.length || !this.#isFilled)) return null;
    if (isOpen && this.#place !== START && this.#place !== CELL && this.#place !== CLOSED) return null;
    if (this.#lineEnd === null) return null;
    const longest = Math.max(this.#longest, this.#held.length);
    return { header: this.#header, separator: this.#separator, lineEnd: this.#lineEnd, longest };
  }

  #line(chunk: Uint8Array, from: number, to: number): Buffer {
    const own = chunk.subarray(Math.max(from, 0), to);
    return from < 0 ? Buffer.concat([this.#held, own]) : Buffer.from(own);
  }

  /** @returns whether it ends as the others, and is not the header again */
  #endLine(chunk: Uint8Array, from: number, to: number, hasCr: boolean): boolean {
    const length = to - from;
    if (length > this.#longest) this.#longest = length;
    const lineEnd = hasCr ? '\r\n' : '\n';
    if (this.#headerLine === null) {
      this.#headerLine = this.#line(chunk, from, to);
      this.#lineEnd = lineEnd;
      this.#held = Buffer.alloc(0);
      return true;
    }
    const isHeader =
      length === this.#headerLine.length && this.#headerLine.equals(this.#line(chunk, from, to));
    if (from < 0) this.#held = Buffer.alloc(0);
    return lineEnd === this.#lineEnd && !isHeader;
  }
}

/** Bytes: a longer line is no table's. */
const LONGEST_LINE = 2 ** 24;

/** The place after a byte, by place and kind. */
const NEXT = Uint8Array.from({ length: PLACES.length << KIND_BITS }, (_, i) => {
  const steps = STEPS[PLACES[i >> KIND_BITS] as Place];
  const kind = (Object.keys(KINDS) as Kind[]).find((one) => KINDS[one] === i % (1 << KIND_BITS));
  return at((kind === undefined ? undefined : steps[kind]) ?? 'none');
});

function kindsOf(separator: Separator): Uint8Array {
  const kinds = Uint8Array.from({ length: 256 }, (_, byte) =>
    byte > 0x20 && byte < 0x7f ? KINDS.letter : KINDS.odd,
  );
  const special = { ' ': KINDS.blank, '\t': KINDS.blank, '"': KINDS.quote, '\n': KINDS.lf, '\r': KINDS.cr };
  for (const [letter, kind] of Object.entries(special)) kinds[letter.charCodeAt(0)] = kind;
  kinds[separator.charCodeAt(0)] = KINDS.separator;
  return kinds;
}
