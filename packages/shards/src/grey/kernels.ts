import { readFileSync } from 'node:fs';

/** What the sources in kernels/ export. Pointers and lengths are bytes of the module's memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
  unfilter(rows: number, pixels: number, width: number, height: number): number;
  filter(pixels: number, rows: number, width: number, height: number): void;
  resize_rows(
    pixels: number,
    width: number,
    height: number,
    out: number,
    outWidth: number,
    starts: number,
    weights: number,
    taps: number,
  ): void;
  resize_columns(
    sums: number,
    width: number,
    out: number,
    outHeight: number,
    starts: number,
    weights: number,
    taps: number,
  ): void;
  deflate(data: number, count: number, out: number): number;
  inflate(packed: number, length: number, out: number, room: number): number;
  widen(from: number, to: number, count: number, mask: number): void;
  narrow(from: number, to: number, count: number, most: number): void;
  low_band(from: number, width: number, height: number, row: number, to: number): void;
  look_up16(values: number, pixels: number, count: number, table: number): void;
}

type Block = number | ArrayBufferView<ArrayBufferLike>;

const PAGE = 2 ** 16;
const ALIGNMENT = 16;
const MODULE = new URL('./pixels.wasm', import.meta.url);

/** The compiled loops of kernels/, with memory that grows to what the largest image needed. */
export class Kernels {
  readonly #exports: Exports;

  constructor() {
    const module = new WebAssembly.Module(readFileSync(MODULE));
    this.#exports = new WebAssembly.Instance(module).exports as unknown as Exports;
  }

  get run(): Omit<Exports, 'memory' | '__heap_base'> {
    return this.#exports;
  }

  /**
   * Lays blocks out one after the other: an array's bytes are copied in, a number leaves that many bytes free. What
   * was there before is overwritten, but for an array that lies in this memory already (see `view`): it stays where it
   * is, and the others come after it. Views that were taken before are not to be used any more.
   * @returns the address of each
   */
  place<const Blocks extends readonly Block[]>(...blocks: Blocks): { [I in keyof Blocks]: number } {
    const { memory, __heap_base } = this.#exports;
    const inside = blocks.filter((block) => this.#holds(block)) as ArrayBufferView[];
    let end = inside.reduce(
      (last, { byteOffset, byteLength }) => Math.max(last, byteOffset + byteLength),
      __heap_base.value as number,
    );
    const outside: [ArrayBufferView, number][] = [];
    const at = blocks.map((block) => {
      if (this.#holds(block)) return (block as ArrayBufferView).byteOffset;
      const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      if (typeof block !== 'number') outside.push([block, start]);
      end = start + (typeof block === 'number' ? block : block.byteLength);
      return start;
    });
    const missing = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    const bytes = new Uint8Array(memory.buffer);
    for (const [{ buffer, byteOffset, byteLength }, start] of outside) {
      bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start);
    }
    return at as { [I in keyof Blocks]: number };
  }

  #holds(block: Block): boolean {
    return typeof block !== 'number' && block.buffer === this.#exports.memory.buffer;
  }

  /** Bytes of the memory themselves, for as long as nothing else is placed. */
  view(start: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer, start, length);
  }

  /** A copy of bytes of the memory. */
  copy(start: number, length: number): Uint8Array<ArrayBuffer> {
    return this.view(start, length).slice();
  }
}
