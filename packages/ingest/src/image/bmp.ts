import { DecodeError, type Grey } from '@viewgap/shards/grey';
import type { Rejection } from '../dicom/rejection.ts';

const FILE_HEADER = 14;
/** The header of OS/2: sizes of 16 bits, a palette of three bytes a colour. */
const CORE_HEADER = 12;
const INFO_HEADER = 40;
const [RLE8, BITFIELDS, ALPHA_BITFIELDS] = [1, 3, 6];

/** Whether the file starts as a BMP does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d && bytes.length > FILE_HEADER + CORE_HEADER;
}

/** What a BMP's header says (Microsoft's BITMAPINFOHEADER and later ones, OS/2's BITMAPCOREHEADER). */
interface Header {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** of the header itself */
  readonly size: number;
  /** where the pixels start */
  readonly start: number;
}

/**
 * Decodes a BMP to 8-bit grey: 1, 4 or 8 bits by a palette, 8 also as run lengths, 16 or 32 bits in fields, 24 bits.
 * @throws DecodeError where it is cut, or of another kind
 */
export function decodeBmp(bytes: Uint8Array, maxPixels: number): Grey | Rejection {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = headerOf(view);
  const { width, height, bits } = header;
  if (width * height > maxPixels) return { reason: 'over-size', detail: `${width} x ${height} pixels` };
  const pixels = bits <= 8 ? byPalette(bytes, view, header) : byFields(bytes, view, header);
  return { width, height, pixels };
}

function headerOf(view: DataView): Header {
  const size = view.getUint32(FILE_HEADER, true);
  const start = view.getUint32(10, true);
  if (size !== CORE_HEADER && (size < INFO_HEADER || FILE_HEADER + size > view.byteLength)) {
    throw new DecodeError('the file ends in its header');
  }
  const isCore = size === CORE_HEADER;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? 0 : view.getUint32(30, true);
  if (width < 1 || height === 0) throw new DecodeError('a bitmap without rows or columns');
  const isRead =
    compression === 0
      ? [1, 4, 8, 16, 24, 32].includes(bits)
      : compression === RLE8
        ? bits === 8
        : [BITFIELDS, ALPHA_BITFIELDS].includes(compression) && [16, 32].includes(bits);
  if (!isRead) throw new DecodeError(`a bitmap of ${bits} bits, packed in a way that is not read`);
  return { width, height: Math.abs(height), topDown: height < 0, bits, compression, size, start };
}

const luminance = (red: number, green: number, blue: number) => 0.299 * red + 0.587 * green + 0.114 * blue;

function byPalette(bytes: Uint8Array, view: DataView, header: Header): Uint8Array {
  const { width, height, bits, size, start, compression } = header;
  const entry = size === CORE_HEADER ? 3 : 4;
  const at = FILE_HEADER + size;
  const used = size === CORE_HEADER ? 0 : view.getUint32(46, true);
  const count = Math.min(used || 2 ** bits, 2 ** bits, Math.floor((bytes.length - at) / entry));
  const greys = Uint8Array.from({ length: 256 }, (_, i) => {
    const [blue = 0, green = 0, red = 0] =
      i < count ? bytes.subarray(at + i * entry, at + i * entry + 3) : [];
    return Math.round(luminance(red, green, blue));
  });
  const indices =
    compression === RLE8
      ? unpacked(bytes.subarray(start), width, height)
      : indicesOf(bytes, { width, height, bits, start });
  return inRows(header, (x, row) => greys[indices[row * width + x] as number] as number);
}

/** The palette's numbers, in the order of the file. */
function indicesOf(
  bytes: Uint8Array,
  { width, height, bits, start }: Pick<Header, 'width' | 'height' | 'bits' | 'start'>,
): Uint8Array {
  const stride = rowBytes(bytes, { width, height, bits, start });
  const [perByte, mask] = [8 / bits, 2 ** bits - 1];
  const indices = new Uint8Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let x = 0; x < width; x++, i++) {
      const byte = bytes[start + row * stride + Math.floor(x / perByte)] as number;
      indices[i] = (byte >> (8 - bits * (1 + (x % perByte)))) & mask;
    }
  }
  return indices;
}

/** Run lengths of 8 bits: what they leave out is the palette's first colour. */
function unpacked(data: Uint8Array, width: number, height: number): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [x, row] = [0, 0];
  const put = (index: number) => {
    if (x < width && row < height) indices[row * width + x] = index;
    x++;
  };
  for (let at = 0; at + 1 < data.length; ) {
    const [count, value] = [data[at++] as number, data[at++] as number];
    if (count > 0) for (let i = 0; i < count; i++) put(value);
    else if (value === 0) [x, row] = [0, row + 1];
    else if (value === 1) return indices;
    else if (value === 2) [x, row] = [x + (data[at++] ?? 0), row + (data[at++] ?? 0)];
    else {
      for (let i = 0; i < value; i++) put(data[at + i] ?? 0);
      at += value + (value % 2);
    }
  }
  throw new DecodeError('the file ends before the image does');
}

/** A colour's bits of a pixel. */
interface Field {
  readonly shift: number;
  readonly most: number;
}

function byFields(bytes: Uint8Array, view: DataView, header: Header): Uint8Array {
  const { bits, start } = header;
  const stride = rowBytes(bytes, header);
  if (bits === 24) {
    return inRows(header, (x, row) => {
      const at = start + row * stride + 3 * x;
      return luminance(bytes[at + 2] as number, bytes[at + 1] as number, bytes[at] as number);
    });
  }
  const fields = fieldsOf(view, header);
  const of = (word: number, { shift, most }: Field) => (255 * ((word >>> shift) & most)) / most;
  return inRows(header, (x, row) => {
    const at = start + row * stride + (bits / 8) * x;
    const word = bits === 16 ? view.getUint16(at, true) : view.getUint32(at, true);
    return luminance(of(word, fields[0]), of(word, fields[1]), of(word, fields[2]));
  });
}

/** @throws DecodeError where a field has no bits */
function fieldsOf(view: DataView, { bits, compression, size }: Header): readonly [Field, Field, Field] {
  const usual = bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0xff00, 0xff];
  // Behind a header of 40 bytes, in longer ones at the same place.
  const at = FILE_HEADER + INFO_HEADER;
  if (compression !== 0 && Math.max(at + 12, size) > view.byteLength)
    throw new DecodeError('the file ends in its header');
  return [0, 1, 2].map((i) => {
    const mask = compression === 0 ? (usual[i] as number) : view.getUint32(at + 4 * i, true);
    if (mask === 0) throw new DecodeError('a bitmap without a colour');
    const shift = 31 - Math.clz32(mask & -mask);
    return { shift, most: mask >>> shift };
  }) as unknown as [Field, Field, Field];
}

/** Bytes of a row, a whole number of four. @throws DecodeError where rows are missing */
function rowBytes(
  bytes: Uint8Array,
  { width, height, bits, start }: Pick<Header, 'width' | 'height' | 'bits' | 'start'>,
): number {
  const row = Math.ceil((width * bits) / 8);
  const stride = Math.ceil(row / 4) * 4;
  // The last row needs no filling.
  if (start + stride * (height - 1) + row > bytes.length)
    throw new DecodeError('the file ends before the image does');
  return stride;
}

/** Greys from the top row down; `row` counts as the file does, mostly from the bottom. */
function inRows({ width, height, topDown }: Header, grey: (x: number, row: number) => number): Uint8Array {
  const pixels = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const row = topDown ? y : height - 1 - y;
    for (let x = 0; x < width; x++, i++) pixels[i] = Math.round(grey(x, row));
  }
  return pixels;
}
