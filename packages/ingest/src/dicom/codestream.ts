import { DecodeError } from '@viewgap/shards';
/** What the header of a compressed frame says of it. */
export interface FrameHeader {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** bits of a sample */
  readonly precision: number;
  /** true: its wavelet or cosine coefficients were rounded, so that no decoder's pixels are the exact ones */
  readonly lossy: boolean;
  /** how often a JPEG 2000 image can be halved by leaving details out; 0 otherwise */
  readonly levels: number;
}

const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
/** Start of frame of every JPEG process, and of JPEG-LS (0xf7); not DHT, JPG and DAC, which lie between. */
const isFrame = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) ||
  marker === 0xf7;
const LOSSLESS = [0xc3, 0xc7, 0xcb, 0xcf, 0xf7];

/**
 * The header of a JPEG or JPEG-LS frame (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2).
 * @throws Error where it has none
 */
export function jpegHeader(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = 0; at + 9 < frame.length && frame[at] === 0xff; ) {
    const marker = frame[at + 1] as number;
    if (isFrame(marker)) {
      return {
        precision: view.getUint8(at + 4),
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        components: view.getUint8(at + 9),
        lossy: !LOSSLESS.includes(marker),
        levels: 0,
      };
    }
    if (marker === START_OF_SCAN) break;
    const bare = marker === START_OF_IMAGE || marker === 0xff;
    at += bare ? (marker === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
  }
  throw new DecodeError('a compressed frame without a header');
}

const SIZ = 0xff51;
const COD = 0xff52;
const START_OF_TILE = 0xff90;
const JP2_SIGNATURE = 0x0000000c;

/**
 * The main header of a JPEG 2000 codestream, raw or in a JP2 file (ISO 15444-1 A.5, A.6).
 * @throws Error where it has none, or more tiles than any film is cut into
 */
export function jpeg2000Header(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const start = frame.length > 4 && view.getUint32(0) === JP2_SIGNATURE ? codestreamStart(frame) : 0;
  let size: Omit<FrameHeader, 'lossy' | 'levels'> | null = null;
  for (let at = start + 2; at + 4 <= frame.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === START_OF_TILE) break;
    if (marker === SIZ && at + 41 <= frame.length) {
      const [width, height] = [extent(view, at + 6), extent(view, at + 10)];
      const [tileWidth, tileHeight] = [view.getUint32(at + 22), view.getUint32(at + 26)];
      if (Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) > MAX_TILES)
        throw new DecodeError('too many tiles');
      const depth = view.getUint8(at + 40);
      size = { width, height, components: view.getUint16(at + 38), precision: (depth & 0x7f) + 1 };
    }
    if (marker === COD && size && at + 14 <= frame.length) {
      return { ...size, levels: view.getUint8(at + 9), lossy: view.getUint8(at + 13) === 0 };
    }
  }
  throw new DecodeError('a JPEG 2000 frame without a header');
}

/** Films are stored in one tile, or in tiles of 128 pixels and more. */
const MAX_TILES = 4096;

function extent(view: DataView, at: number): number {
  return view.getUint32(at) - view.getUint32(at + 8);
}

function codestreamStart(frame: Uint8Array): number {
  const found = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).indexOf('ff4fff51', 0, 'hex');
  if (found < 0) throw new DecodeError('a JP2 file without a codestream');
  return found;
}

const END_OF_IMAGE = 0xd9;

/** Whether a frame of any JPEG standard has its last marker, without which decoders make up what is missing. Writers pad it to an even length with 0 or 0xff, some to more. */
export function hasEnd(frame: Uint8Array): boolean {
  let at = frame.length - 1;
  while (at > 0 && (frame[at] === 0 || frame[at] === 0xff)) at--;
  return frame[at] === END_OF_IMAGE && frame[at - 1] === 0xff;
}
