/** A grey image of 8 bits, row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface Range {
  readonly start: number;
  readonly size: number;
}

/** A part of an image. */
export interface Box {
  readonly x: Range;
  readonly y: Range;
}

/** A square of values, row by row. */
export type Square = Float32Array;

/** Bilinear; what lies outside takes the nearest value. */
export function sampled(square: Square, edge: number, x: number, y: number): number {
  const u = Math.max(0, Math.min(edge - 1, x));
  const v = Math.max(0, Math.min(edge - 1, y));
  const i = Math.min(Math.floor(u), edge - 2);
  const j = Math.min(Math.floor(v), edge - 2);
  const fx = u - i;
  const fy = v - j;
  const k = j * edge + i;
  const top = (square[k] as number) * (1 - fx) + (square[k + 1] as number) * fx;
  const bottom = (square[k + edge] as number) * (1 - fx) + (square[k + edge + 1] as number) * fx;
  return top * (1 - fy) + bottom * fy;
}
