import { DecodeError } from '@viewgap/shards/grey';

const SEGMENTS_AT = 4;
const HEADER_BYTES = 64;

/**
 * Decodes DICOM's run lengths (PS3.5 annex G): one segment for each byte of a sample, most significant first.
 * @param count pixels of the frame
 * @param components of a pixel
 * @returns component by component
 * @throws Error where a segment is missing or is short
 */
export function decodeRle(
  frame: Uint8Array,
  count: number,
  components: 1 | 3,
  bytes: 1 | 2,
): Uint8Array | Uint16Array {
  if (frame.length < HEADER_BYTES) throw new DecodeError('run lengths without a header');
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const segments = bytes * components;
  if (view.getUint32(0, true) !== segments)
    throw new DecodeError('run lengths with another number of segments than bytes');
  const startOf = (segment: number) => view.getUint32(SEGMENTS_AT + 4 * segment, true);
  const decoded = (segment: number) => {
    const [start, next] = [startOf(segment), segment + 1 < segments ? startOf(segment + 1) : frame.length];
    if (start < HEADER_BYTES || next < start || next > frame.length)
      throw new DecodeError('run lengths out of bounds');
    return decodeSegment(frame.subarray(start, next), count);
  };
  if (segments === 1) return decoded(0);
  const samples = bytes === 1 ? new Uint8Array(components * count) : new Uint16Array(components * count);
  for (let component = 0; component < components; component++) {
    const part = samples.subarray(component * count, (component + 1) * count);
    if (bytes === 1) part.set(decoded(component));
    else joinBytes(part, decoded(2 * component), decoded(2 * component + 1));
  }
  return samples;
}

function joinBytes(to: Uint8Array | Uint16Array, high: Uint8Array, low: Uint8Array): void {
  for (let i = 0; i < to.length; i++) to[i] = ((high[i] as number) << 8) | (low[i] as number);
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
