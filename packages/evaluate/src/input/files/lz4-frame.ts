const MAGIC = 0x184d2204;
/** Bit of a block's size: its bytes are as they were. */
const STORED = 0x80000000;
/** The shortest match: its length is written less by these. */
const SHORTEST = 4;

/**
 * Unpacks one LZ4 frame, as pyarrow, pandas and R write it into Arrow files (lz4_Frame_format.md 1.6.3). Checksums are
 * skipped: Arrow's writers leave them out.
 * @throws RangeError where the bytes are no frame, or damaged
 */
export function unpackLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('no LZ4 frame');
  const flags = view.getUint8(4);
  const has = (bit: number) => (flags & bit) !== 0;
  if (flags >> 6 !== 1 || has(0x01))
    throw new RangeError('an LZ4 frame of another version or with a dictionary');
  const out = new Growing();
  let at = 6 + (has(0x08) ? 8 : 0) + 1;
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return out.bytes();
    const length = size % STORED;
    if (at + length > frame.length) throw new RangeError('an LZ4 frame that is cut short');
    const block = frame.subarray(at, at + length);
    if (size >= STORED) out.append(block, 0, length);
    else unpackBlock(block, out);
    at += length + (has(0x10) ? 4 : 0);
  }
}

function unpackBlock(block: Uint8Array, out: Growing): void {
  let at = 0;
  const byte = () => {
    const value = block[at++];
    if (value === undefined) throw new RangeError('an LZ4 block that is cut short');
    return value;
  };
  const lengthFrom = (nibble: number) => {
    let length = nibble;
    if (nibble === 15) {
      let more = 255;
      while (more === 255) length += more = byte();
    }
    return length;
  };
  while (at < block.length) {
    const token = byte();
    const literals = lengthFrom(token >> 4);
    if (at + literals > block.length) throw new RangeError('an LZ4 block that is cut short');
    out.append(block, at, literals);
    at += literals;
    if (at === block.length) return;
    const back = byte() + 256 * byte();
    out.repeat(back, lengthFrom(token & 15) + SHORTEST);
  }
}

/** Bytes whose number is known at the end. */
class Growing {
  #bytes = new Uint8Array(2 ** 16);
  #length = 0;

  append(from: Uint8Array, start: number, length: number): void {
    this.#reserve(length);
    this.#bytes.set(from.subarray(start, start + length), this.#length);
    this.#length += length;
  }

  /** Appends what begins `back` bytes before the end; it may reach into what it appends. */
  repeat(back: number, length: number): void {
    if (back === 0 || back > this.#length) throw new RangeError('an LZ4 match before the start');
    this.#reserve(length);
    const end = this.#length + length;
    if (back >= length) this.#bytes.copyWithin(this.#length, this.#length - back, end - back);
    else for (let to = this.#length; to < end; to++) this.#bytes[to] = this.#bytes[to - back] as number;
    this.#length = end;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
