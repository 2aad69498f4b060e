import { readFileSync } from 'node:fs';

/** What kernels/pixels.c exports. Pointers and lengths are bytes of the module's memory. */
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
  widen(from: number, to: number, count: number, mask: number): void;
  narrow(from: number, to: number, count: number, most: number): void;
  low_band(from: number, width: number, height: number, row: number, to: number): void;
  look_up16(values: number, pixels: number, count: number, table: number): void;
}

type Block = number | ArrayBufferView<ArrayBufferLike>;

const PAGE = 2 ** 16;
const ALIGNMENT = 16;
const MODULE = new URL('./pixels.wasm', import.meta.url);

/** The compiled loops of kernels/pixels.c, with memory that grows to what the largest image needed. */
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
   * Lays blocks out one after the other from the start of the memory: an array's bytes are copied in, a number is
   * so many bytes of free room. What was there before is overwritten.
   * @returns the address of each
   */
  place<const Blocks extends readonly Block[]>(...blocks: Blocks): { [I in keyof Blocks]: number } {
    const { memory, __heap_base } = this.#exports;
    let end = __heap_base.value;
    const at = blocks.map((block) => {
      const start = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      end = start + (typeof block === 'number' ? block : block.byteLength);
      return start;
    });
    const missing = Math.ceil(end / PAGE) - memory.buffer.byteLength / PAGE;
    if (missing > 0) memory.grow(missing);
    const bytes = new Uint8Array(memory.buffer);
    blocks.forEach((block, i) => {
      if (typeof block === 'number') return;
      bytes.set(new Uint8Array(block.buffer, block.byteOffset, block.byteLength), at[i]);
    });
    return at as { [I in keyof Blocks]: number };
  }

  /** A copy of bytes of the memory. */
  copy(start: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer).slice(start, start + length);
  }
}
