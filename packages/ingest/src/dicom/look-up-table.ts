import { depthHolding } from '../pixels/depth.ts';
import type { Tag, Values } from './header/data-set.ts';

/** Numbers that a data set lists, one for each value from the first one on. */
export interface LookUpTable {
  readonly at: (value: number) => number;
  /** the largest number that its bits can write */
  readonly white: () => number;
}

/** Every number that 16 bits can store. */
const CODES = 2 ** 16;

/**
 * A LUT: its descriptor is (entries, first value, bits), entries beyond the ends repeat the ends. Some devices write
 * more bits than the entries have (Agfa CR: 16 of 12), which would show a film near black: then the entries tell, as for
 * dcm2pnm with +Mv.
 * @param signed whether the values that it maps may be below 0, and with them the first value, whatever its VR (PS3.3
 *   C.11.2.1.1)
 */
export function lookUpTable(
  values: Values | null,
  { descriptor, data, isSegmented = false }: { descriptor: Tag; data: Tag; isSegmented?: boolean },
  signed: boolean,
): LookUpTable | null {
  const declared = values?.uint16(descriptor, 0) ?? null;
  const isSigned = signed || values?.vr(descriptor) === 'SS';
  const first = values?.[isSigned ? 'int16' : 'uint16'](descriptor, 1) ?? null;
  const bits = values?.uint16(descriptor, 2) ?? null;
  if (!values || declared === null || first === null || bits === null || bits < 1 || bits > 16) return null;
  const count = declared === 0 ? CODES : declared;
  const entry = isSegmented ? unpacked(values, data, count, bits) : listed(values, data, count);
  if (entry === null) return null;
  return {
    at: (value) => entry(Math.min(Math.max(Math.round(value) - first, 0), count - 1)),
    white: () => 2 ** Math.min(bits, depthHolding(largest(entry, count))) - 1,
  };
}

type Entry = (index: number) => number;

/** Entries of 16 bits, or of 8 where there are not bytes enough. */
function listed(values: Values, data: Tag, count: number): Entry | null {
  const length = values.bytes(data)?.length ?? 0;
  if (length < count) return null;
  const read = length >= 2 * count ? values.words(data) : packedBytes(values, data);
  return read as Entry;
}

/** Two entries a word: big endian files have the second one first. */
function packedBytes(values: Values, data: Tag): (index: number) => number | undefined {
  const bytes = values.bytes(data) as Uint8Array;
  const flip = !values.dataSet.littleEndian && values.vr(data) !== 'OB' ? 1 : 0;
  return (index) => bytes[index ^ flip];
}

const [DISCRETE, LINEAR, INDIRECT] = [0, 1, 2];

/** The entries of a segmented table (PS3.3 C.7.9.2); null where its segments are not sound, or too few. */
function unpacked(values: Values, data: Tag, count: number, bits: number): Entry | null {
  const word = bits > 8 ? values.words(data) : packedBytes(values, data);
  const words = (values.bytes(data)?.length ?? 0) >> (bits > 8 ? 1 : 0);
  if (word === null) return null;
  const entries: number[] = [];
  const segments = (from: number, most: number, isInner: boolean): boolean => {
    let at = from;
    for (let done = 0; done < most && at + 1 < words && entries.length < count; done++) {
      const [code, length] = [word(at), word(at + 1) as number];
      if (code === DISCRETE) {
        for (let i = 0; i < length; i++) entries.push(word(at + 2 + i) ?? 0);
        at += 2 + length;
      } else if (code === LINEAR && entries.length > 0) {
        const [start, end] = [entries.at(-1) as number, word(at + 2) ?? 0];
        for (let i = 1; i <= length; i++) entries.push(Math.round(start + ((end - start) * i) / length));
        at += 3;
      } else if (code === INDIRECT && !isInner) {
        if (!segments((word(at + 2) ?? 0) + 2 ** 16 * (word(at + 3) ?? 0), length, true)) return false;
        at += 4;
      } else return false;
    }
    return true;
  };
  return segments(0, Number.POSITIVE_INFINITY, false) && entries.length >= count
    ? (index) => entries[index] as number
    : null;
}

function largest(entry: Entry, count: number): number {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, entry(i));
  return most;
}
