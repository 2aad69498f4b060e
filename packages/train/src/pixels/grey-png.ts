import { constants, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length));
}

/**
 * Pixels of a PNG as ingest writes them: 8-bit grey, not interlaced (W3C PNG, third edition). A tenth of sharp's time for
 * images of 64 pixels, two thirds for 224: there a call costs more than the work.
 * @returns uint8 [size, size]; null where it is another kind of PNG, of another size, or damaged
 */
export function greyPixels(bytes: Uint8Array, size: number): Uint8Array | null {
  const png = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isPng(png) || png.length < 33 || !isGreySquare(png, size)) return null;
  const packed = dataOf(png);
  if (!packed) return null;
  // A byte for the filter of each line.
  const length = size * (size + 1);
  let lines: Buffer;
  try {
    const chunkSize = Math.max(length, constants.Z_MIN_CHUNK);
    lines = inflateSync(packed, { chunkSize, maxOutputLength: length });
  } catch {
    return null;
  }
  return lines.length === length ? unfiltered(lines, size) : null;
}

/** Width, height, 8 bits, grey, and the only methods of compression, filtering and interlacing (none). */
function isGreySquare(png: Buffer, size: number): boolean {
  return (
    png.toString('latin1', 12, 16) === 'IHDR' &&
    png.readUInt32BE(16) === size &&
    png.readUInt32BE(20) === size &&
    png.readUInt32BE(24) === 0x08_00_00_00 &&
    png[28] === 0
  );
}

/** The IDAT chunks, joined; null where there is none, or the file ends within one. */
function dataOf(png: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const end = at + 8 + png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      if (end > png.length) return null;
      parts.push(png.subarray(at + 8, end));
    }
    at = end + 4;
  }
  if (parts.length < 2) return parts[0] ?? null;
  return Buffer.concat(parts);
}

/** Undoes the filter of each line, which its first byte names. @returns null where there is no such filter */
function unfiltered(lines: Buffer, size: number): Uint8Array | null {
  const pixels = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    const from = y * (size + 1) + 1;
    const to = y * size;
    // Above the first line lies one of zeros.
    const above = y === 0 ? new Uint8Array(size) : pixels.subarray(to - size, to);
    const line = pixels.subarray(to, to + size);
    const given = lines.subarray(from, from + size);
    switch (lines[from - 1]) {
      case 0:
        line.set(given);
        break;
      case 1:
        for (let x = 0, left = 0; x < size; x++) line[x] = left = ((given[x] as number) + left) & 255;
        break;
      case 2:
        for (let x = 0; x < size; x++) line[x] = (given[x] as number) + (above[x] as number);
        break;
      case 3:
        for (let x = 0, left = 0; x < size; x++) {
          left = ((given[x] as number) + ((left + (above[x] as number)) >> 1)) & 255;
          line[x] = left;
        }
        break;
      case 4:
        undoPaeth(given, above, line);
        break;
      default:
        return null;
    }
  }
  return pixels;
}

function undoPaeth(given: Uint8Array, above: Uint8Array, line: Uint8Array): void {
  let left = 0;
  let corner = 0;
  for (let x = 0; x < line.length; x++) {
    const up = above[x] as number;
    const toLeft = Math.abs(up - corner);
    const toUp = Math.abs(left - corner);
    const toCorner = Math.abs(left + up - 2 * corner);
    const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    left = ((given[x] as number) + nearest) & 255;
    line[x] = left;
    corner = up;
  }
}
