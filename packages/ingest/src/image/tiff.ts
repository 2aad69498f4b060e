import { inflateSync } from 'node:zlib';
import { DecodeError } from '@viewgap/shards/grey';

/** Tags of a TIFF's first directory by number, as far as their values are whole numbers. */
export type TiffTags = ReadonlyMap<number, readonly number[]>;

const [WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC] = [256, 257, 258, 259, 262] as const;
const [STRIPS, ORIENTATION, SAMPLES, STRIP_ROWS, STRIP_BYTES] = [273, 274, 277, 278, 279] as const;
const [PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, FORMAT] = [
  317, 322, 323, 324, 325, 339,
] as const;
const FLOAT = 3;
/** Values in one tag: an ordinary file has a few thousand strips at most. */
const MOST_VALUES = 2 ** 20;

/** The first directory of a TIFF or BigTIFF; null where the file is none, or has none. */
export function tiffTags(bytes: Uint8Array): TiffTags | null {
  const [first, second, third, fourth] = bytes;
  const littleEndian = first === 0x49 && second === 0x49;
  if (!littleEndian && !(first === 0x4d && second === 0x4d)) return null;
  const version = littleEndian ? third : fourth;
  if (version !== 42 && version !== 43) return null;
  try {
    return directory(new Numbers(bytes, littleEndian), version === 43);
  } catch (error) {
    // Read beyond the end: libvips says what is wrong with the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

class Numbers {
  readonly #view: DataView;
  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(at: number, bytes: number): number {
    if (bytes === 1) return this.#view.getUint8(at);
    if (bytes === 2) return this.#view.getUint16(at, this.littleEndian);
    if (bytes === 4) return this.#view.getUint32(at, this.littleEndian);
    return Number(this.#view.getBigUint64(at, this.littleEndian));
  }
}

/** Bytes of a value by its type: BYTE, SHORT, LONG, LONG8. */
const TYPES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

function directory(numbers: Numbers, isBig: boolean): TiffTags {
  const word = isBig ? 8 : 4;
  const start = numbers.read(isBig ? 8 : 4, word);
  const entries = numbers.read(start, isBig ? 8 : 2);
  const tags = new Map<number, number[]>();
  for (let i = 0; i < Math.min(entries, MOST_VALUES); i++) {
    const at = start + (isBig ? 8 : 2) + i * (4 + 2 * word);
    const size = TYPES[numbers.read(at + 2, 2)];
    const count = numbers.read(at + 4, word);
    if (size === undefined || count > MOST_VALUES) continue;
    const inline = at + 4 + word;
    const from = size * count <= word ? inline : numbers.read(inline, word);
    if (from + size * count > numbers.bytes.length) continue;
    tags.set(
      numbers.read(at, 2),
      Array.from({ length: count }, (_, value) => numbers.read(from + value * size, size)),
    );
  }
  return tags;
}

const one = (tags: TiffTags, tag: number, otherwise: number) => tags.get(tag)?.[0] ?? otherwise;

/** Whether the lowest value is white. */
export function isWhiteAtZero(tags: TiffTags): boolean {
  return one(tags, PHOTOMETRIC, 1) === 0;
}

/** Whether libvips cannot read the values, or takes them for others: floats of 16 and 64 bits, and 10, 12 or 14 bits packed. */
export function isUnusual(tags: TiffTags): boolean {
  const bits = one(tags, BITS, 1);
  return one(tags, FORMAT, 1) === FLOAT ? bits === 16 || bits === 64 : [10, 12, 14].includes(bits);
}

/** Values of one channel, [height, width]. */
export interface TiffValues {
  readonly width: number;
  readonly height: number;
  readonly values: Uint16Array | Float32Array;
}

/**
 * The values of such a file, in strips or tiles, not compressed or by Deflate or LZW.
 * @throws DecodeError where it is cut, or coded in another way
 */
export function tiffValues(bytes: Uint8Array, tags: TiffTags, maxPixels: number): TiffValues | null {
  const [width, height] = [one(tags, WIDTH, 0), one(tags, HEIGHT, 0)];
  if (width * height > maxPixels) return null;
  const [bits, isFloat] = [one(tags, BITS, 1), one(tags, FORMAT, 1) === FLOAT];
  if (
    one(tags, SAMPLES, 1) !== 1 ||
    one(tags, ORIENTATION, 1) !== 1 ||
    (one(tags, PREDICTOR, 1) !== 1 && !isFloat)
  )
    throw new DecodeError(`a TIFF of ${bits} bits that is stored in a way that is not read`);
  const isTiled = tags.has(TILES);
  const part = isTiled
    ? { width: one(tags, TILE_WIDTH, width), height: one(tags, TILE_HEIGHT, height) }
    : { width, height: Math.min(one(tags, STRIP_ROWS, height), height) };
  if (part.width < 1 || part.height < 1) throw new DecodeError('a TIFF without rows or columns');
  if (part.width * part.height > maxPixels) return null;
  const offsets = tags.get(isTiled ? TILES : STRIPS) ?? [];
  const sizes = tags.get(isTiled ? TILE_BYTES : STRIP_BYTES) ?? [];
  const across = Math.ceil(width / part.width);
  if (offsets.length < across * Math.ceil(height / part.height))
    throw new DecodeError('fewer rows than the header says');
  const values = isFloat ? new Float32Array(width * height) : new Uint16Array(width * height);
  const stride = Math.ceil((part.width * bits) / 8);
  for (let i = 0; i < across * Math.ceil(height / part.height); i++) {
    const [left, top] = [(i % across) * part.width, Math.floor(i / across) * part.height];
    const rows = Math.min(part.height, height - top);
    const stored = bytes.subarray(offsets[i], (offsets[i] as number) + (sizes[i] ?? bytes.length));
    const data = unpackedPart(stored, one(tags, COMPRESSION, 1), stride * part.height);
    if (data.length < stride * rows) throw new DecodeError('fewer rows than the header says');
    const littleEndian = bytes[0] === 0x49;
    for (let row = 0; row < rows; row++) {
      const line = data.subarray(row * stride, (row + 1) * stride);
      const read = isFloat
        ? floats(line, bits, littleEndian, one(tags, PREDICTOR, 1))
        : packedWords(line, bits);
      for (let x = 0; x < Math.min(part.width, width - left); x++) {
        values[(top + row) * width + left + x] = read(x);
      }
    }
  }
  return { width, height, values };
}

function unpackedPart(data: Uint8Array, compression: number, length: number): Uint8Array {
  if (compression === 1) return data;
  if (compression === 5) return unpackLzw(data, length);
  if (compression === 8 || compression === 32_946)
    return inflateSync(data, { maxOutputLength: length + 2 ** 16 });
  throw new DecodeError('a TIFF that is compressed in a way that is not read');
}

type ReadValue = (x: number) => number;

/** Numbers of a few bits, the high ones first. */
function packedWords(line: Uint8Array, bits: number): ReadValue {
  return (x) => {
    let value = 0;
    for (let bit = x * bits; bit < (x + 1) * bits; bit++) {
      value = 2 * value + (((line[bit >> 3] as number) >> (7 - (bit & 7))) & 1);
    }
    return value;
  };
}

/** @param predictor 3: differences of bytes, those of one significance together (Adobe's TIFF technical note 3) */
function floats(line: Uint8Array, bits: number, littleEndian: boolean, predictor: number): ReadValue {
  if (predictor !== 1 && predictor !== 3) throw new DecodeError('a TIFF with a predictor that is not read');
  const bytes = bits / 8;
  const ordered = predictor === 3 ? unpredicted(line, bytes) : line;
  const view = new DataView(ordered.buffer, ordered.byteOffset, ordered.byteLength);
  const isLittle = predictor === 3 ? false : littleEndian;
  if (bits === 64) return (x) => view.getFloat64(8 * x, isLittle);
  return (x) => halfFloat(view.getUint16(2 * x, isLittle));
}

function unpredicted(line: Uint8Array, bytes: number): Uint8Array {
  const sums = Uint8Array.from(line);
  for (let i = 1; i < sums.length; i++) sums[i] = (sums[i] as number) + (sums[i - 1] as number);
  const count = sums.length / bytes;
  return Uint8Array.from(sums, (_, i) => sums[(i % bytes) * count + Math.floor(i / bytes)] as number);
}

/** IEEE 754 binary16 */
function halfFloat(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1024 + fraction) * 2 ** (exponent - 25);
  return bits >> 15 === 1 ? -size : size;
}

const [CLEAR, END] = [256, 257];

/** TIFF's LZW: codes of 9 to 12 bits, the high ones first, one earlier than in GIF (TIFF 6.0, section 13). */
function unpackLzw(data: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const starts = new Uint32Array(4097);
  const lengths = new Uint16Array(4097);
  let [to, next, width, previous] = [0, 258, 9, -1];
  const entry = (code: number): Uint8Array =>
    code < CLEAR
      ? Uint8Array.of(code)
      : out.subarray(starts[code], (starts[code] as number) + (lengths[code] as number));
  for (let bit = 0; bit + width <= 8 * data.length && to < length; ) {
    let code = 0;
    for (let i = 0; i < width; i++, bit++)
      code = 2 * code + (((data[bit >> 3] as number) >> (7 - (bit & 7))) & 1);
    if (code === END) break;
    if (code === CLEAR) {
      [next, width, previous] = [258, 9, -1];
      continue;
    }
    if (code > next || (code === next && previous < 0)) throw new DecodeError('the image data are damaged');
    const from = to;
    const known = code < next ? entry(code) : entry(previous);
    for (let i = 0; i < known.length && to < length; i++) out[to++] = known[i] as number;
    if (code === next && to < length) out[to++] = known[0] as number;
    if (previous >= 0 && next < 4096) {
      // The previous text and the first byte of this one lie side by side.
      const before = previous < CLEAR ? 1 : (lengths[previous] as number);
      starts[next] = from - before;
      lengths[next++] = before + 1;
    }
    previous = code;
    width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
  }
  return out.subarray(0, to);
}
