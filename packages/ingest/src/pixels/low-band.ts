import type { Kernels } from '@viewgap/shards/grey';

/** Values row by row. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Uint16Array;
}

/**
 * The low band after `levels` steps of the reversible 5/3 wavelet: the very values that a lossless JPEG 2000 decoder
 * gives for the same image when it leaves the finest details out.
 * @param bits of each value; what stands above them is ignored
 */
export function lowBand(
  { width, height, values }: Plane,
  levels: number,
  bits: number,
  kernels: Kernels,
): Plane {
  const most = 2 ** bits - 1;
  const count = width * height;
  const [from, wide, row, half, to] = kernels.place(
    values,
    4 * count,
    4 * width,
    4 * halfOf(width) * halfOf(height),
    2 * count,
  );
  const { run } = kernels;
  run.widen(from, wide, count, most);
  let [source, target, w, h] = [wide, half, width, height];
  for (let level = 0; level < levels; level++) {
    run.low_band(source, w, h, row, target);
    [source, target, w, h] = [target, source, halfOf(w), halfOf(h)];
  }
  run.narrow(source, to, w * h, most);
  return { width: w, height: h, values: new Uint16Array(kernels.copy(to, 2 * w * h).buffer) };
}

function halfOf(length: number): number {
  return Math.ceil(length / 2);
}
