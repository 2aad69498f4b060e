import { BITS, FREQUENCIES, SAMPLES } from './frequencies.ts';
import type { Range } from './grey-image.ts';
import { PhashKernels } from './kernels.ts';
import { EDGE, type Relief } from './relief.ts';

const LINES = 1 + FREQUENCIES.reduce((most, [v, u]) => Math.max(most, v, u), 0);
/** Values of a basis [LINES, EDGE], which turns a line of a relief into cosine coefficients of a part of it. */
const STRIDE = LINES * EDGE;

/** Cosine coefficients of parts of a relief, in the order of a hash's bits. */
export class Spectrum {
  readonly #kernels = new PhashKernels();
  readonly #square = this.#kernels.reserve(4 * EDGE * EDGE);
  readonly #rows = this.#kernels.reserve(4 * STRIDE);
  readonly #across = this.#kernels.reserve(BITS);
  readonly #down = this.#kernels.reserve(BITS);
  readonly #bases: number;
  readonly #out: number;

  /** @param parts of a relief's side, as shares of its edge; where one reaches beyond the ends, the last value goes on */
  constructor(readonly parts: readonly Range[]) {
    const kernels = this.#kernels;
    this.#bases = kernels.reserve(4 * STRIDE * parts.length);
    this.#out = kernels.reserve(4 * BITS * parts.length);
    kernels.bytes(this.#across, BITS).set(FREQUENCIES.map(([, u]) => u));
    kernels.bytes(this.#down, BITS).set(FREQUENCIES.map(([v]) => v));
    for (const [i, part] of parts.entries())
      kernels.floats(this.#bases + 4 * STRIDE * i, STRIDE).set(basisOf(part));
  }

  /** The relief that the coefficients are of from now on. */
  take(relief: Relief): this {
    this.#kernels.floats(this.#square, EDGE * EDGE).set(relief);
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
    this.#kernels.run.rows(this.#square, this.#bases + 4 * STRIDE * x, LINES, this.#rows);
  }

  #columns(first: number, count: number, bits: number): Float32Array {
    const bases = this.#bases + 4 * STRIDE * first;
    this.#kernels.run.columns(this.#rows, bases, count, STRIDE, this.#across, this.#down, bits, this.#out);
    return this.#kernels.floats(this.#out, count * bits);
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
