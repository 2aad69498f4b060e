import { DecodeError } from '@viewgap/shards';

const SEGMENTS_AT = 4;
const HEADER_BYTES = 64;

/**
 * Decodes DICOM's run lengths (PS3.5 annex G): one segment for each byte of a sample, most significant first.
 * @param count samples of the frame, in one component
 * @throws Error where a segment is missing or is short
 */
export function decodeRle(frame: Uint8Array, count: number, bytes: 1 | 2): Uint8Array | Uint16Array {
  if (frame.length < HEADER_BYTES) throw new DecodeError('run lengths without a header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== bytes)
    throw new DecodeError('run lengths with another number of segments than bytes');
  const segments = Array.from({ length: bytes }, (_, segment) => {
    const start = view.getUint32(SEGMENTS_AT + 4 * segment, true);
    const next = segment + 1 < bytes ? view.getUint32(SEGMENTS_AT + 4 * (segment + 1), true) : frame.length;
    if (start < HEADER_BYTES || next < start || next > frame.length)
      throw new DecodeError('run lengths out of bounds');
    return decodeSegment(frame.subarray(start, next), count);
  });
  const [high, low] = segments as [Uint8Array, Uint8Array | undefined];
  if (low === undefined) return high;
  const samples = new Uint16Array(count);
  for (let i = 0; i < count; i++) samples[i] = ((high[i] as number) << 8) | (low[i] as number);
  return samples;
}

function decodeSegment(runs: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(count);
  let to = 0;
  for (let at = 0; at < runs.length && to < count; ) {
    const control = runs[at++] as number;
    if (control < 128) {
      const last = Math.min(at + control + 1, runs.length);
      while (at < last && to < count) out[to++] = runs[at++] as number;
    } else if (control > 128) {
      const last = Math.min(to + 257 - control, count);
      const value = runs[at++] as number;
      while (to < last) out[to++] = value;
    }
  }
  if (to < count) throw new DecodeError('the run lengths end before the image does');
  return out;
}
