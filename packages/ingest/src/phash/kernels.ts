import { readFileSync } from 'node:fs';

/** What kernels/*.c export. Addresses are bytes of the module's memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
  reduce(
    pixels: number,
    width: number,
    x: number,
    across: number,
    y: number,
    down: number,
    edge: number,
    narrow: number,
    out: number,
  ): void;
  blur(square: number, edge: number, radius: number, times: number): void;
  relief(values: number): void;
  details(values: number): void;
  rows(square: number, basis: number, lines: number, out: number): void;
  columns(
    rows: number,
    bases: number,
    count: number,
    stride: number,
    across: number,
    down: number,
    bits: number,
    out: number,
  ): void;
}

const MODULE = new URL('./kernels.wasm', import.meta.url);
const PAGE = 2 ** 16;

/** An instance of the kernels with a memory of its own. */
export class PhashKernels {
  readonly run: Exports;
  #end: number;

  constructor() {
    this.run = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(MODULE)))
      .exports as unknown as Exports;
    this.#end = Number(this.run.__heap_base.value);
  }

  /** Takes bytes of the memory and returns their address. Views that were made before are void. */
  reserve(bytes: number): number {
    const address = Math.ceil(this.#end / 16) * 16;
    this.#end = address + bytes;
    const { memory } = this.run;
    memory.grow(Math.ceil(Math.max(0, this.#end - memory.buffer.byteLength) / PAGE));
    return address;
  }

  floats(address: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.run.memory.buffer as ArrayBuffer, address, count);
  }

  bytes(address: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.run.memory.buffer as ArrayBuffer, address, count);
  }
}
