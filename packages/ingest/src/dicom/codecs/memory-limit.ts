import { readFileSync } from 'node:fs';

/** Memory that a decoder may take, bytes: a film of 64 million pixels in JPEG 2000 needs some 600 MB. */
const LIMIT = 768 * 2 ** 20;
const PAGE = 2 ** 16;
const MEMORY_SECTION = 5;
const HEADER = 8;

const compiled = new Map<string, WebAssembly.Module>();

/** A WebAssembly file as a module with a limit on its memory, compiled once a thread: codecs that failed are made anew. */
export function limitedModule(path: string): WebAssembly.Module {
  let module = compiled.get(path);
  if (module === undefined) {
    module = new WebAssembly.Module(withMemoryLimit(readFileSync(path)));
    compiled.set(path, module);
  }
  return module;
}

/**
 * A WebAssembly module whose memory may not grow beyond the limit, whatever it was compiled to allow: a frame that
 * makes a decoder ask for more is an error of that frame.
 */
export function withMemoryLimit(module: Uint8Array, limit: number = LIMIT): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(module);
  for (let at = HEADER; at < bytes.length; ) {
    const id = bytes[at];
    const length = readLeb(bytes, at + 1);
    if (id === MEMORY_SECTION) {
      limitMemory(bytes, length.end, limit);
      return bytes;
    }
    at = length.end + length.value;
  }
  throw new Error('a WebAssembly module without a memory');
}

function limitMemory(bytes: Uint8Array, at: number, limit: number): void {
  const count = readLeb(bytes, at);
  const flags = readLeb(bytes, count.end);
  const initial = readLeb(bytes, flags.end);
  if (count.value !== 1 || flags.value !== 1) throw new Error('not one memory with a maximum');
  const maximum = readLeb(bytes, initial.end);
  const pages = Math.max(initial.value, Math.min(maximum.value, limit / PAGE));
  writeLeb(bytes, initial.end, maximum.end, pages);
}

function readLeb(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at };
  }
}

/** Writes the number into as many bytes as there were: leading zeros are allowed. */
function writeLeb(bytes: Uint8Array, from: number, to: number, value: number): void {
  for (let at = from, rest = value; at < to; at++, rest >>>= 7) {
    bytes[at] = (rest & 0x7f) | (at + 1 < to ? 0x80 : 0);
  }
}
