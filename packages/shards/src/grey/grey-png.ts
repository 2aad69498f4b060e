import { crc32 } from 'node:zlib';
import { DecodeError } from './decode-error.ts';
import type { Grey } from './grey.ts';
import type { Kernels } from './kernels.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREY_8_BIT = Buffer.from([8, 0, 0, 0, 0]);
const HEADER_BYTES = 13;
/** What `inflate` may read, or write, beyond its ends. */
const READ_BEYOND = 64;
const WRITTEN_BEYOND = 512;

/** Whether the file starts as a PNG does. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length));
}

/**
 * The pixels of a PNG of 8-bit grey that is not interlaced, which most radiographs are: half of libpng's time. They lie
 * in the kernels' memory and last until something else is placed there.
 * @returns null where the PNG is of another kind, or of more pixels than `maxPixels`
 * @throws Error where the file ends before the image does, or a byte was changed
 */
export function readGreyPng(bytes: Uint8Array, kernels: Kernels, maxPixels: number): Grey | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { width, height, kind } = headerOf(file);
  if (!kind.equals(GREY_8_BIT) || width === 0 || height === 0 || width * height > maxPixels) return null;
  const parts = imageData(file);
  const packed = parts.reduce((sum, part) => sum + part.length, 0);
  const length = (width + 1) * height;
  // A whole number of 16 bytes: it ends where the pixels start.
  const above = new Uint8Array(Math.ceil(width / 16) * 16);
  const [from, rows, , to] = kernels.place(
    packed + READ_BEYOND,
    length + WRITTEN_BEYOND,
    above,
    width * height,
  );
  const input = kernels.view(from, packed);
  let at = 0;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  const unpacked = kernels.run.inflate(from, packed, rows, length);
  if (unpacked < 0) throw new DecodeError('the image data are damaged');
  if (unpacked < length) throw new DecodeError('the file has fewer rows than its header says');
  if (kernels.run.unfilter(rows, to, width, height) !== 0)
    throw new DecodeError('a row has an unknown filter');
  return { width, height, pixels: kernels.view(to, width * height) };
}

/** How many bits of a PNG's values are those of its original, where its sBIT chunk tells: of grey, or of its first colour. */
export function significantBits(bytes: Uint8Array): number | null {
  const at = chunkAt(bytes, 'sBIT');
  return at === null ? null : validBits(bytes[at] as number);
}

/** Whether a PNG has Exif, which may say that it lies on its side. */
export function hasExif(bytes: Uint8Array): boolean {
  return chunkAt(bytes, 'eXIf') !== null;
}

/** The PNG with its Exif before its pixels, where libpng must have it to tell of it; PNG lets it stand after them, too. */
export function exifFirst(bytes: Uint8Array): Uint8Array {
  const data = chunkAt(bytes, 'eXIf');
  const pixels = chunkAt(bytes, 'IDAT');
  if (data === null || pixels === null || data < pixels) return bytes;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, end] = [data - 8, data + file.readUInt32BE(data - 8) + 4];
  const first = pixels - 8;
  return Buffer.concat([
    file.subarray(0, first),
    file.subarray(start, end),
    file.subarray(first, start),
    file.subarray(end),
  ]);
}

/** Where the data of the first chunk of a type start. */
function chunkAt(bytes: Uint8Array, type: string): number | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === type) return at + 8;
  }
  return null;
}

function validBits(bits: number): number | null {
  return bits >= 1 && bits <= 16 ? bits : null;
}

function headerOf(file: Buffer): { width: number; height: number; kind: Buffer } {
  const start = SIGNATURE.length;
  if (file.toString('latin1', start + 4, start + 8) !== 'IHDR' || file.length < start + 12 + HEADER_BYTES) {
    throw new DecodeError('the file ends in its header');
  }
  const header = checkedChunk(file, start, HEADER_BYTES);
  return { width: header.readUInt32BE(0), height: header.readUInt32BE(4), kind: header.subarray(8) };
}

function imageData(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    if (type === 'IEND') return parts;
    if (type === 'IDAT') parts.push(checkedChunk(file, at, length));
    at += 12 + length;
  }
  throw new DecodeError('the file ends before the image does');
}

function checkedChunk(file: Buffer, at: number, length: number): Buffer {
  const end = at + 8 + length;
  if (end + 4 > file.length) throw new DecodeError('the file ends before the image does');
  if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end))
    throw new DecodeError('a byte of the file was changed');
  return file.subarray(at + 8, end);
}

/**
 * A PNG of 8-bit grey. Every row is filtered by Paeth's predictor and packed by Huffman codes alone:
 * two fifths smaller than sharp's default, in a quarter of its time (radiographs of 224 pixels).
 */
export function writeGreyPng({ width, height, pixels }: Grey, kernels: Kernels): Uint8Array<ArrayBuffer> {
  const length = (width + 1) * height;
  const [from, rows, to] = kernels.place(pixels, length, 2 * length + 512);
  kernels.run.filter(from, rows, width, height);
  const packed = kernels.view(to, kernels.run.deflate(rows, length, to));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  GREY_8_BIT.copy(header, 8);
  const file = Buffer.alloc(SIGNATURE.length + 3 * 12 + HEADER_BYTES + packed.length);
  let at = SIGNATURE.copy(file);
  for (const [type, data] of [
    ['IHDR', header],
    ['IDAT', packed],
    ['IEND', Buffer.alloc(0)],
  ] as const) {
    file.writeUInt32BE(data.length, at);
    file.write(type, at + 4, 'latin1');
    file.set(data, at + 8);
    const end = at + 8 + data.length;
    file.writeUInt32BE(crc32(file.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return new Uint8Array(file.buffer, file.byteOffset, file.length);
}
