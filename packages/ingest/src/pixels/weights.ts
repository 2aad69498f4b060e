/** How each output of a resize is summed: `taps` neighbours from `starts[i]` on, times weights of which 2^14 is 1. */
export interface Weights {
  readonly taps: number;
  readonly starts: Int32Array;
  /** [outputs, taps], zero where an output needs fewer */
  readonly values: Int16Array;
}

const LOBES = 3;
const ONE = 2 ** 14;

/** A line of pixels: those that there are, of how many, when every `step`th was kept from the first on. */
export interface Line {
  readonly kept: number;
  readonly whole: number;
  readonly step: number;
}

/**
 * Weights of an antialiased Lanczos 3 from a line of pixels to `to`: the kernel is as much wider as the image gets
 * smaller, is cut at the edges, and its weights add up to exactly 1. As in Pillow's resize.
 * @param options.room outputs to make room for, those beyond `to` with weight 0
 * @param options.multiple what the number of taps is a multiple of
 */
export function lanczosWeights(
  { kept, whole, step }: Line,
  to: number,
  { room = to, multiple = 8 }: { readonly room?: number; readonly multiple?: number } = {},
): Weights {
  const scale = whole / step / to;
  const wide = Math.max(scale, 1);
  const support = LOBES * wide;
  const taps = Math.ceil((Math.floor(2 * support) + 1) / multiple) * multiple;
  const starts = new Int32Array(room);
  const values = new Int16Array(room * taps);
  for (let i = 0; i < to; i++) {
    // A kept pixel stays at its own centre, not at the centre of the pixels that it stands for.
    const centre = (((i + 0.5) * whole) / to - 0.5) / step + 0.5;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(kept, Math.floor(centre + support + 0.5));
    const exact = Array.from({ length: end - start }, (_, k) => lanczos((start + k - centre + 0.5) / wide));
    const sum = exact.reduce((a, b) => a + b, 0);
    const rounded = exact.map((weight) => Math.round((weight / sum) * ONE));
    const heaviest = rounded.indexOf(rounded.reduce((a, b) => Math.max(a, b)));
    rounded[heaviest] = (rounded[heaviest] ?? 0) + ONE - rounded.reduce((a, b) => a + b, 0);
    starts[i] = start;
    values.set(rounded, i * taps);
  }
  return { taps, starts, values };
}

function lanczos(x: number): number {
  return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
