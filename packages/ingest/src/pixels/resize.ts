import type { Grey, Kernels } from '@viewgap/shards/grey';
import { type Line, lanczosWeights, type Weights } from './weights.ts';

/** Eight pixels of a row are summed at a time, and the sums of eight columns. */
const LANES = 8;

const KEPT_SHAPES = 64;

/** Resizes grey images, antialiased (Lanczos 3). Weights of shapes that were seen are kept. */
export class Resizer {
  readonly #kernels: Kernels;
  readonly #weights = new Map<string, Weights>();

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** The image as `size` square, stretched. An image of that size is returned as it is. */
  stretch(grey: Grey, size: number): Uint8Array {
    return this.#resize(grey, size, size);
  }

  /** The image in its shape in the middle of a black square. */
  letterbox(grey: Grey, size: number): Uint8Array {
    const whole = grey.thinned ?? grey;
    const scale = size / Math.max(whole.width, whole.height);
    const width = Math.max(1, Math.round(whole.width * scale));
    const height = Math.max(1, Math.round(whole.height * scale));
    const inner = this.#resize(grey, width, height);
    const left = Math.floor((size - width) / 2);
    const top = Math.floor((size - height) / 2);
    const square = new Uint8Array(size * size);
    for (let y = 0; y < height; y++) {
      square.set(inner.subarray(y * width, (y + 1) * width), (top + y) * size + left);
    }
    return square;
  }

  #resize({ width, height, pixels, thinned }: Grey, toWidth: number, toHeight: number): Uint8Array {
    const { step, ...whole } = thinned ?? { width, height, step: 1 };
    if (whole.width === toWidth && whole.height === toHeight && step === 1) return pixels;
    const columns = Math.ceil(toWidth / LANES) * LANES;
    const across = this.#weightsOf({ kept: width, whole: whole.width, step }, toWidth, {
      room: columns,
      multiple: LANES,
    });
    const down = this.#weightsOf({ kept: height, whole: whole.height, step }, toHeight, {
      room: toHeight,
      multiple: 2,
    });
    const { run } = this.#kernels;
    const [source, , sums, , out, ...tables] = this.#kernels.place(
      pixels,
      across.taps,
      height * columns * 2,
      down.taps * columns * 2,
      columns * toHeight,
      across.starts,
      across.values,
      down.starts,
      down.values,
    );
    const [acrossStarts, acrossValues, downStarts, downValues] = tables;
    run.resize_rows(source, width, height, sums, columns, acrossStarts, acrossValues, across.taps);
    run.resize_columns(sums, columns, out, toHeight, downStarts, downValues, down.taps);
    const wide = this.#kernels.copy(out, columns * toHeight);
    if (columns === toWidth) return wide;
    const narrow = new Uint8Array(toWidth * toHeight);
    for (let y = 0; y < toHeight; y++) {
      narrow.set(wide.subarray(y * columns, y * columns + toWidth), y * toWidth);
    }
    return narrow;
  }

  #weightsOf(line: Line, to: number, shape: { readonly room: number; readonly multiple: number }): Weights {
    const key = [line.kept, line.whole, line.step, to, shape.room, shape.multiple].join(' ');
    let weights = this.#weights.get(key);
    if (weights === undefined) {
      if (this.#weights.size >= KEPT_SHAPES) this.#weights.clear();
      weights = lanczosWeights(line, to, shape);
      this.#weights.set(key, weights);
    }
    return weights;
  }
}
