/** A grey image of 8 bits, row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
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
export type Square = Float64Array;

/** A part of an image reduced to [edge, edge] by averaging areas, along each axis in turn. */
export function reduced({ width, pixels }: GreyImage, { x, y }: Box, edge: number): Square {
  const narrow = new Float64Array(y.size * edge);
  const columns = areas(x, edge);
  for (let row = 0; row < y.size; row++) {
    for (let cell = 0; cell < edge; cell++) {
      const { first, weights } = columns[cell] as Area;
      const from = (y.start + row) * width + first;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (pixels[from + i] as number);
      narrow[row * edge + cell] = sum;
    }
  }
  const small = new Float64Array(edge * edge);
  const rows = areas({ start: 0, size: y.size }, edge);
  for (let cell = 0; cell < edge; cell++) {
    const { first, weights } = rows[cell] as Area;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      const from = (first + i) * edge;
      const to = cell * edge;
      for (let column = 0; column < edge; column++)
        small[to + column] = (small[to + column] as number) + weight * (narrow[from + column] as number);
    }
  }
  return small;
}

interface Area {
  readonly first: number;
  readonly weights: Float64Array;
}

/** For each cell of a side the pixels that it covers, with their shares. */
function areas({ start, size }: Range, edge: number): Area[] {
  const step = size / edge;
  return Array.from({ length: edge }, (_, cell) => {
    const [from, to] = [cell * step, (cell + 1) * step];
    const [first, last] = [Math.floor(from), Math.min(size, Math.ceil(to - 1e-9))];
    const weights = Float64Array.from(
      { length: last - first },
      (_, i) => (Math.min(to, first + i + 1) - Math.max(from, first + i)) / step,
    );
    return { first: start + first, weights };
  });
}

/** Means over a box of 2 * radius + 1, along both axes, `times` over; beyond the edges the square is mirrored. */
export function blurred(square: Square, radius: number, times = 1): Square {
  const edge = Math.sqrt(square.length);
  let values = square;
  for (let i = 0; i < times; i++) values = boxed(boxed(values, edge, radius, 1, edge), edge, radius, edge, 1);
  return values;
}

function boxed(from: Square, edge: number, radius: number, step: number, line: number): Square {
  const to = new Float64Array(from.length);
  const share = 1 / (2 * radius + 1);
  for (let l = 0; l < edge; l++) {
    const start = l * line;
    const end = start + (edge - 1) * step;
    // The box of the first value: its own, and twice those after it, once mirrored.
    let sum = from[start] as number;
    for (let i = 0; i < radius; i++) sum += from[start + i * step] as number;
    for (let i = 1; i <= radius; i++) sum += from[start + i * step] as number;
    for (let i = 0; i < edge; i++) {
      const at = start + i * step;
      to[at] = sum * share;
      const out = i - radius;
      const into = i + radius + 1;
      sum +=
        (from[into < edge ? start + into * step : end - (into - edge) * step] as number) -
        (from[out >= 0 ? start + out * step : start - (out + 1) * step] as number);
    }
  }
  return to;
}

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
