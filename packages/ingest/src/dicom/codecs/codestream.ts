import { DecodeError } from '@viewgap/shards/grey';

/** How a frame is compressed. */
export type Coding = 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000';

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
  /** whether the frame itself tells that it was stored as luminance and chroma, or that it decodes to RGB; null: it does not */
  readonly colour: 'ycc' | 'rgb' | null;
}

/** The coding of a frame, by the frame itself: transfer syntaxes are wrong or missing. Null where it is none that is read. */
export function codingOf(frame: Uint8Array): Coding | null {
  const [first, second, third] = frame;
  if (first === 0xff && second === START_OF_IMAGE) return frameMarker(frame) === JPEG_LS ? 'jpeg-ls' : 'jpeg';
  if ((first === 0xff && second === 0x4f && third === 0xff) || isJp2(frame)) return 'jpeg-2000';
  return isRunLengths(frame) ? 'rle' : null;
}

const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const JPEG_LS = 0xf7;
/** Start of frame of every JPEG process, and of JPEG-LS; not DHT, JPG and DAC, which lie between. */
const isFrame = (marker: number) =>
  (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) ||
  marker === JPEG_LS;
const LOSSLESS = [0xc3, 0xc7, 0xcb, 0xcf, 0xf7];

/** A segment of a JPEG's header: from its marker, with its length. */
interface Segment {
  readonly marker: number;
  readonly at: number;
}

/** The segments before the first scan. */
function* headerSegments(frame: Uint8Array): Generator<Segment> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = 0; at + 9 < frame.length && frame[at] === 0xff; ) {
    const marker = frame[at + 1] as number;
    if (marker === START_OF_SCAN) return;
    const bare = marker === START_OF_IMAGE || marker === 0xff;
    if (!bare) yield { marker, at };
    at += bare ? (marker === 0xff ? 1 : 2) : 2 + view.getUint16(at + 2);
  }
}

function frameMarker(frame: Uint8Array): number | null {
  for (const { marker } of headerSegments(frame)) if (isFrame(marker)) return marker;
  return null;
}

/**
 * The header of a JPEG or JPEG-LS frame (ISO 10918-1 B.2.2, ISO 14495-1 C.2.2).
 * @throws Error where it has none
 */
export function jpegHeader(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let signs: ColourSigns = { jfif: false, adobe: null };
  for (const { marker, at } of headerSegments(frame)) {
    signs = colourSigns(frame, { marker, at }, signs);
    if (!isFrame(marker)) continue;
    const components = view.getUint8(at + 9);
    const lossy = !LOSSLESS.includes(marker);
    return {
      precision: view.getUint8(at + 4),
      height: view.getUint16(at + 5),
      width: view.getUint16(at + 7),
      components,
      lossy,
      levels: 0,
      colour: components === 3 ? jpegColour(frame.subarray(at + 10, at + 19), signs, lossy) : null,
    };
  }
  throw new DecodeError('a compressed frame without a header');
}

interface ColourSigns {
  readonly jfif: boolean;
  /** Adobe's transform: 0 none, 1 YCbCr, 2 YCCK */
  readonly adobe: number | null;
}

const JFIF = Buffer.from('JFIF\0');
const ADOBE = Buffer.from('Adobe');

function colourSigns(frame: Uint8Array, { marker, at }: Segment, signs: ColourSigns): ColourSigns {
  const has = (name: Buffer) => name.equals(frame.subarray(at + 4, at + 4 + name.length));
  if (marker === 0xe0 && has(JFIF)) return { ...signs, jfif: true };
  if (marker === 0xee && has(ADOBE)) return { ...signs, adobe: frame[at + 15] ?? null };
  return signs;
}

/**
 * The colours of a JPEG of three components, as libjpeg tells them: by Adobe's marker, by components named R, G and B, by
 * JFIF, and by chroma that is stored at a lower resolution. Without any of these only the data set tells.
 * @param components of each: its name, its sampling, its table
 */
function jpegColour(
  components: Uint8Array,
  { jfif, adobe }: ColourSigns,
  lossy: boolean,
): FrameHeader['colour'] {
  if (adobe !== null) return adobe === 0 ? 'rgb' : 'ycc';
  const [red, sampling, , green, second, , blue] = components;
  if (red === 0x52 && green === 0x47 && blue === 0x42) return 'rgb';
  return (jfif && lossy) || sampling !== second ? 'ycc' : null;
}

const SIZ = 0xff51;
const COD = 0xff52;
const START_OF_TILE = 0xff90;
const JP2_SIGNATURE = Buffer.from('0000000c6a502020', 'hex');

/**
 * The main header of a JPEG 2000 codestream, raw or in a JP2 file (ISO 15444-1 A.5, A.6).
 * @throws Error where it has none, or more tiles than any film is cut into
 */
export function jpeg2000Header(frame: Uint8Array): FrameHeader {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let size: Omit<FrameHeader, 'lossy' | 'levels' | 'colour'> | null = null;
  for (const { marker, at } of mainHeader(frame)) {
    if (marker === SIZ && at + 41 <= frame.length) {
      const [width, height] = [extent(view, at + 6), extent(view, at + 10)];
      const [tileWidth, tileHeight] = [view.getUint32(at + 22), view.getUint32(at + 26)];
      if (Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) > MAX_TILES)
        throw new DecodeError('too many tiles');
      const depth = view.getUint8(at + 40);
      size = { width, height, components: view.getUint16(at + 38), precision: (depth & 0x7f) + 1 };
    }
    if (marker === COD && size && at + 14 <= frame.length) {
      const isTransformed = size.components === 3 && view.getUint8(at + 8) === 1;
      return {
        ...size,
        levels: view.getUint8(at + 9),
        lossy: view.getUint8(at + 13) === 0,
        colour: isTransformed ? 'rgb' : null,
      };
    }
  }
  throw new DecodeError('a JPEG 2000 frame without a header');
}

/** Films are stored in one tile, or in tiles of 128 pixels and more. */
const MAX_TILES = 4096;

function extent(view: DataView, at: number): number {
  return view.getUint32(at) - view.getUint32(at + 8);
}

/** The segments of the codestream before its first tile. */
function* mainHeader(frame: Uint8Array): Generator<Segment> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = codestreamStart(frame) + 2; at + 4 <= frame.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at);
    if (marker === START_OF_TILE) return;
    yield { marker, at };
  }
}

function isJp2(frame: Uint8Array): boolean {
  return frame.length > 8 && Buffer.from(frame.subarray(0, 8)).equals(JP2_SIGNATURE);
}

/** Where the codestream starts in a frame that may be a JP2 file. */
export function codestreamStart(frame: Uint8Array): number {
  if (!isJp2(frame)) return 0;
  const found = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).indexOf('ff4fff51', 0, 'hex');
  if (found < 0) throw new DecodeError('a JP2 file without a codestream');
  return found;
}

/** PS3.5 G.5: how many segments, and where each starts, the first one behind this header. */
function isRunLengths(frame: Uint8Array): boolean {
  if (frame.length < 64) return false;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return [1, 2, 3, 6].includes(view.getUint32(0, true)) && view.getUint32(4, true) === 64;
}
