import { readFileSync } from 'node:fs';
import { BITS, FREQUENCIES, SAMPLES } from './frequencies.ts';
import type { Range } from './grey-image.ts';
import { EDGE, type Relief } from './relief.ts';

/** What kernels/spectrum.c exports. Addresses are bytes of the module's memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
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

const MODULE = new URL('./spectrum.wasm', import.meta.url);
const PAGE = 2 ** 16;
const LINES = 1 + FREQUENCIES.reduce((most, [v, u]) => Math.max(most, v, u), 0);
/** Values of a basis [LINES, EDGE], which turns a line of a relief into cosine coefficients of a part of it. */
const STRIDE = LINES * EDGE;

/** Cosine coefficients of parts of a relief, in the order of a hash's bits. */
export class Spectrum {
  readonly #run: Exports;
  readonly #square: Float32Array;
  readonly #rows: number;
  readonly #across: number;
  readonly #down: number;
  readonly #bases: number;
  readonly #out: number;

  /** @param parts of a relief's side, as shares of its edge; where one reaches beyond the ends, the last value goes on */
  constructor(readonly parts: readonly Range[]) {
    const run = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(MODULE)))
      .exports as unknown as Exports;
    let end = Number(run.__heap_base.value);
    const room = (bytes: number) => {
      const address = Math.ceil(end / 16) * 16;
      end = address + bytes;
      return address;
    };
    const square = room(4 * EDGE * EDGE);
    this.#rows = room(4 * STRIDE);
    this.#across = room(BITS);
    this.#down = room(BITS);
    this.#bases = room(4 * STRIDE * parts.length);
    this.#out = room(4 * BITS * parts.length);
    run.memory.grow(Math.ceil(Math.max(0, end - run.memory.buffer.byteLength) / PAGE));
    const { buffer } = run.memory;
    this.#run = run;
    this.#square = new Float32Array(buffer, square, EDGE * EDGE);
    new Uint8Array(buffer, this.#across, BITS).set(FREQUENCIES.map(([, u]) => u));
    new Uint8Array(buffer, this.#down, BITS).set(FREQUENCIES.map(([v]) => v));
    for (const [i, part] of parts.entries())
      new Float32Array(buffer, this.#bases + 4 * STRIDE * i, STRIDE).set(basisOf(part));
  }

  /** The relief that the coefficients are of from now on. */
  take(relief: Relief): this {
    this.#square.set(relief);
    return this;
  }

  /** The first coefficients of one part along x and one along y, [bits]; they last until the next are asked for. */
  part(x: number, y: number, bits: number): Float32Array {
    this.#turn(x);
    return this.#columns(y, 1, bits);
  }

  /** The first coefficients of one part along x with every part along y, [parts, bits]; they last likewise. */
  column(x: number, bits: number): Float32Array {
    this.#turn(x);
    return this.#columns(0, this.parts.length, bits);
  }

  #turn(x: number): void {
    this.#run.rows(this.#square.byteOffset, this.#bases + 4 * STRIDE * x, LINES, this.#rows);
  }

  #columns(first: number, count: number, bits: number): Float32Array {
    const bases = this.#bases + 4 * STRIDE * first;
    this.#run.columns(this.#rows, bases, count, STRIDE, this.#across, this.#down, bits, this.#out);
    return new Float32Array(this.#run.memory.buffer, this.#out, count * bits);
  }
}

function basisOf({ start, size }: Range): Float64Array {
  const basis = new Float64Array(STRIDE);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const area = areaOf(start + (size * sample) / SAMPLES, start + (size * (sample + 1)) / SAMPLES);
    for (let u = 0; u < LINES; u++) {
      const cosine = Math.cos((Math.PI * u * (2 * sample + 1)) / (2 * SAMPLES));
      for (const [pixel, share] of area)
        basis[u * EDGE + pixel] = (basis[u * EDGE + pixel] as number) + cosine * share;
    }
  }
  return basis;
}

/** The pixels of a line from one place to another, with their shares. */
function areaOf(from: number, to: number): (readonly [number, number])[] {
  const [a, b] = [Math.max(0, from * EDGE), Math.min(EDGE, to * EDGE)];
  if (b - a < 1e-3) return [[from < 0.5 ? 0 : EDGE - 1, 1]];
  const area: (readonly [number, number])[] = [];
  for (let pixel = Math.floor(a); pixel < b; pixel++)
    area.push([pixel, (Math.min(b, pixel + 1) - Math.max(a, pixel)) / (b - a)]);
  return area;
}
