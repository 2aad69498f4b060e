import { DecodeError } from '@viewgap/shards/grey';
import { type Coding, codestreamStart } from './codestream.ts';

/** A compressed frame up to its last marker. */
export interface WholeFrame {
  readonly frame: Uint8Array;
  /** true: it lacked its last marker, which was put there. Decoding tells whether all rows are there. */
  readonly endAdded: boolean;
}

const END = Buffer.of(0xff, 0xd9);
const START_OF_SCAN = 0xda;
const START_OF_TILE = 0xff90;
const PROGRESSIVE = [0xc2, 0xc6, 0xca, 0xce];

/**
 * The frame without what may stand after its end, and with an end where a sequential JPEG or JPEG-LS has none. Without
 * that marker decoders make up what is missing.
 * @throws DecodeError where a frame without an end cannot be whole, or nobody can tell
 */
export function wholeFrame(frame: Uint8Array, coding: Exclude<Coding, 'rle'>): WholeFrame {
  if (endsWell(frame)) return { frame, endAdded: false };
  if (coding === 'jpeg' || coding === 'jpeg-ls') return wholeJpeg(frame);
  const start = codestreamStart(frame);
  const end = jpeg2000End(frame, start);
  if (end === null) throw new DecodeError('the frame ends before the image does');
  return { frame: frame.subarray(0, start === 0 ? end : frame.length), endAdded: false };
}

/** Whether it ends with its last marker. Writers pad a frame to an even length with 0 or 0xff, some to more. */
function endsWell(frame: Uint8Array): boolean {
  let at = frame.length - 1;
  while (at > 0 && (frame[at] === 0 || frame[at] === 0xff)) at--;
  return frame[at] === END[1] && frame[at - 1] === 0xff;
}

function wholeJpeg(frame: Uint8Array): WholeFrame {
  const { end, mayBeWhole } = walkJpeg(frame);
  if (end !== null) return { frame: frame.subarray(0, end), endAdded: false };
  if (!mayBeWhole) throw new DecodeError('the frame ends before the image does');
  return { frame: Buffer.concat([frame, END]), endAdded: true };
}

/**
 * Where a JPEG ends. One without an end may be whole if each of its components has its scan; of a progressive one
 * nobody knows how many scans it had.
 */
function walkJpeg(frame: Uint8Array): { end: number | null; mayBeWhole: boolean } {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  let [components, scanned] = [0, 0];
  for (let at = bytes.indexOf(0xff); at >= 0 && at + 2 <= bytes.length; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] as number;
    if (marker === END[1]) return { end: at + 2, mayBeWhole: true };
    if (marker === 0xff) at += 1;
    else if (isBare(marker) || at + 10 > bytes.length) at += 2;
    else {
      if (PROGRESSIVE.includes(marker)) components = Number.POSITIVE_INFINITY;
      else if (isFrame(marker)) components = bytes[at + 9] as number;
      if (marker === START_OF_SCAN) scanned += bytes[at + 4] as number;
      at += 2 + bytes.readUInt16BE(at + 2);
    }
  }
  return { end: null, mayBeWhole: scanned > 0 && scanned >= components };
}

/** Markers without a length: what stands for a 0xff of the data, restarts, the start. */
function isBare(marker: number): boolean {
  return marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8);
}

function isFrame(marker: number): boolean {
  return [0xc0, 0xc1, 0xc3, 0xc9, 0xcb, 0xf7].includes(marker);
}

/** Where a JPEG 2000 codestream ends, tile by tile (ISO 15444-1 A.4.2); null where it does not. */
function jpeg2000End(frame: Uint8Array, start: number): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  for (let at = start + 2; at + 2 <= frame.length; ) {
    const marker = view.getUint16(at);
    if (marker === 0xffd9) return at + 2;
    if (at + 10 > frame.length || marker < 0xff00) return null;
    const tile = marker === START_OF_TILE ? view.getUint32(at + 6) : null;
    if (tile === 0) return after(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), at);
    at += tile ?? 2 + view.getUint16(at + 2);
  }
  return null;
}

/** The last tile may leave its length out: no two bytes of its data are an end. */
function after(bytes: Buffer, at: number): number | null {
  const found = bytes.indexOf(END, at);
  return found < 0 ? null : found + 2;
}
