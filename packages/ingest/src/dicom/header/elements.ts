import { DecodeError } from '@viewgap/shards/grey';

/** The elements of one data set, of a file or of an item, by tag: `x00280010`. */
export interface DataSet {
  /** of the whole file, inflated */
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly elements: ReadonlyMap<string, Element>;
}

/** Where the value of an element lies. */
export interface Element {
  /** null: the file does not tell (implicit VR) */
  readonly vr: string | null;
  readonly at: number;
  /** bytes, those of items of undefined length included */
  readonly length: number;
  /** how the items of a sequence are written */
  readonly encoding: Encoding;
  /** whether its length is undefined: items follow until a delimiter does */
  readonly isOpen: boolean;
}

export interface Encoding {
  readonly littleEndian: boolean;
  /** whether elements name their VR: what is expected, since some files mix both */
  readonly explicit: boolean;
}

const UNDEFINED = 0xffff_ffff;
const ITEM = 0xfffe_e000;
const ITEM_END = 0xfffe_e00d;
const SEQUENCE_END = 0xfffe_e0dd;
const PIXEL_DATA = 0x7fe0_0010;
const HEADER = 8;
/** Films have sequences within sequences to a depth of some five. */
const DEEPEST = 64;

/** Value representations whose explicit length has 32 bits, and all others (PS3.5 7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);
const SHORT = new Set('AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
const isVr = (letters: string | null) => letters !== null && (LONG.has(letters) || SHORT.has(letters));

interface Header {
  readonly tag: number;
  readonly vr: string | null;
  /** of the value */
  readonly at: number;
  readonly length: number;
}

/**
 * Finds the elements of a data set without reading their values.
 * @param end where the data set ends
 * @param until whether reading stops before an element of this group
 * @throws DecodeError where it cannot be followed to its end, or to its pixel data: nothing after them is read
 */
export function readElements(
  bytes: Uint8Array,
  { start, end, until }: { start: number; end: number; until?: (group: number) => boolean },
  { littleEndian, explicit: declared }: Encoding,
): { elements: Map<string, Element>; end: number } {
  const reader = new ElementReader(bytes, littleEndian);
  const elements = new Map<string, Element>();
  let [at, explicit] = [start, declared];
  while (at < end) {
    if (at + 4 <= end && until?.(reader.tagAt(at) >>> 16)) break;
    const header = reader.header(at, end, explicit);
    const { tag, vr } = header;
    if (tag === ITEM_END || tag === SEQUENCE_END) break;
    // What the first element is like, its data set is like: more is to be believed than what is declared.
    if (at === start) explicit = vr !== null;
    const isOpen = header.length === UNDEFINED;
    // An open value of unknown VR holds implicit elements, little endian, whatever surrounds it (PS3.5 6.2.2).
    const encoding = isOpen && vr === 'UN' ? IMPLICIT : { littleEndian, explicit: vr !== null };
    const isLast = tag === PIXEL_DATA;
    const last = isLast && isOpen ? end : reader.endOfValue(header, end, encoding, isLast);
    elements.set(nameOf(tag), { vr, at: header.at, length: last - header.at, encoding, isOpen });
    if (isLast) return { elements, end };
    at = last;
  }
  return { elements, end: at };
}

const IMPLICIT: Encoding = { littleEndian: true, explicit: false };

const nameOf = (tag: number) => `x${tag.toString(16).padStart(8, '0')}`;

/** The first item of a sequence; null where it has none. */
export function firstItem(bytes: Uint8Array, { at, length, encoding }: Element): DataSet | null {
  const reader = new ElementReader(bytes, encoding.littleEndian);
  const last = at + length;
  if (length < HEADER || reader.tagAt(at) !== ITEM) return null;
  const size = reader.implicitLength(at);
  const end = size === UNDEFINED ? last : Math.min(at + HEADER + size, last);
  const { elements } = readElements(bytes, { start: at + HEADER, end }, encoding);
  return { bytes, littleEndian: encoding.littleEndian, elements };
}

/**
 * The fragments of compressed pixel data, without their offset table (PS3.5 A.4). Writers forget the last delimiter, or
 * the byte that makes a fragment's length even.
 * @throws DecodeError where a fragment is longer than the file
 */
export function fragmentsOf(bytes: Uint8Array, { at: start, length, encoding }: Element): Uint8Array[] {
  const reader = new ElementReader(bytes, encoding.littleEndian);
  const end = start + length;
  const fragments: Uint8Array[] = [];
  for (let at = start; at + HEADER <= end; ) {
    if (reader.tagAt(at) !== ITEM) at += at % 2;
    if (at + HEADER > end || reader.tagAt(at) !== ITEM) break;
    const next = at + HEADER + reader.implicitLength(at);
    if (next > end) throw new DecodeError('the file ends before its pixels do');
    fragments.push(bytes.subarray(at + HEADER, next));
    at = next;
  }
  const [table] = fragments;
  return table !== undefined && startsCodestream(table) ? fragments : fragments.slice(1);
}

/** Whether this is no offset table, which its writer has left out: it starts as a JPEG or a JPEG 2000 frame does. */
function startsCodestream([first, second, third]: Uint8Array): boolean {
  return first === 0xff && (second === 0xd8 || (second === 0x4f && third === 0xff));
}

class ElementReader {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  tagAt(at: number): number {
    const group = this.#view.getUint16(at, this.littleEndian);
    return group * 2 ** 16 + this.#view.getUint16(at + 2, this.littleEndian);
  }

  /** Four bytes after the tag, as items and implicit elements have their length. */
  implicitLength(at: number): number {
    return this.#view.getUint32(at + 4, this.littleEndian);
  }

  /**
   * The header of the element at `at`. Whether it names its VR is told by itself: some writers declare one encoding and
   * write the other, or mix both.
   */
  header(at: number, end: number, explicit: boolean): Header {
    if (at + HEADER > end) throw new DecodeError('the file ends before its elements do');
    const tag = this.tagAt(at);
    const implicit = { tag, vr: null, at: at + HEADER, length: this.implicitLength(at) };
    if (tag >>> 16 === 0xfffe) return implicit;
    const letters = this.#letters(at);
    if (isVr(letters)) {
      const named = this.#explicit(tag, at, end, letters, LONG.has(letters as string));
      if (explicit || named === null) return named ?? implicit;
      return this.#leadsOn(named, end) && (this.#leadsToVr(named, end) || !this.#leadsOn(implicit, end))
        ? named
        : implicit;
    }
    if (!explicit) return implicit;
    // A VR of a later edition, `??`, blanks, or none: the reading that another element follows is the right one.
    const readings = [
      implicit,
      ...[false, true].flatMap((long) => this.#explicit(tag, at, end, letters ?? 'UN', long) ?? []),
    ].filter((reading) => this.#leadsOn(reading, end));
    return readings.find((reading) => this.#leadsToVr(reading, end)) ?? readings[0] ?? implicit;
  }

  /** @throws DecodeError where the value ends after `end`, unless it may be cut */
  endOfValue({ at, length }: Header, end: number, encoding: Encoding, mayBeCut: boolean): number {
    if (length === UNDEFINED)
      return new ElementReader(this.bytes, encoding.littleEndian).#endOfItems(at, end, encoding, 0);
    if (at + length <= end) return at + length;
    if (mayBeCut) return end;
    throw new DecodeError('the file ends before its elements do');
  }

  #letters(at: number): string | null {
    const [first, second] = [this.bytes[at + 4] as number, this.bytes[at + 5] as number];
    const isLetter = (code: number) => code >= 0x41 && code <= 0x5a;
    return isLetter(first) && isLetter(second) ? String.fromCharCode(first, second) : null;
  }

  #explicit(tag: number, at: number, end: number, vr: string | null, long: boolean): Header | null {
    if (!long) return { tag, vr, at: at + 8, length: this.#view.getUint16(at + 6, this.littleEndian) };
    if (at + 12 > end) return null;
    return { tag, vr, at: at + 12, length: this.#view.getUint32(at + 8, this.littleEndian) };
  }

  /** Whether after this element the data set ends, or one of a higher tag follows. */
  #leadsOn({ tag, at, length }: Header, end: number): boolean {
    const next = at + length;
    if (length === UNDEFINED) return at + HEADER <= end && [ITEM, SEQUENCE_END].includes(this.tagAt(at));
    return next === end || (next + HEADER <= end && this.tagAt(next) > tag);
  }

  #leadsToVr({ at, length }: Header, end: number): boolean {
    const next = at + length;
    return length === UNDEFINED || next === end || (next + HEADER <= end && isVr(this.#letters(next)));
  }

  /** Where the items of a value of undefined length end, with their delimiter. */
  #endOfItems(start: number, end: number, encoding: Encoding, depth: number): number {
    if (depth > DEEPEST) throw new DecodeError('sequences within sequences without end');
    for (let at = start; at + HEADER <= end; ) {
      const tag = this.tagAt(at);
      if (tag === SEQUENCE_END) return at + HEADER;
      if (tag !== ITEM) throw new DecodeError('a sequence of something else than items');
      const length = this.implicitLength(at);
      at += HEADER;
      at = length === UNDEFINED ? this.#endOfItem(at, end, encoding, depth) : at + length;
    }
    throw new DecodeError('the file ends before its sequences do');
  }

  #endOfItem(start: number, end: number, encoding: Encoding, depth: number): number {
    for (let at = start; at < end; ) {
      const header = this.header(at, end, encoding.explicit);
      if (header.tag === ITEM_END) return header.at;
      if (header.tag === SEQUENCE_END) return at;
      const inner =
        header.length === UNDEFINED && header.vr === 'UN'
          ? IMPLICIT
          : { ...encoding, explicit: header.vr !== null };
      at =
        header.length === UNDEFINED
          ? new ElementReader(this.bytes, inner.littleEndian).#endOfItems(header.at, end, inner, depth + 1)
          : this.endOfValue(header, end, inner, false);
    }
    throw new DecodeError('the file ends before its sequences do');
  }
}
