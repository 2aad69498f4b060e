import { insideBorders } from './borders.ts';
import { blurred, type GreyImage, reduced, type Square } from './grey-image.ts';

/** Edge of a relief, pixels. */
export const EDGE = 64;

/**
 * A film inside its borders, reduced to [EDGE, EDGE], each value its difference from its surroundings in their standard
 * deviations, from -LIMIT to LIMIT: windows, gamma curves and local equalisation (CLAHE) change little of it, and an
 * inverted film has the same values with the other sign.
 */
export type Relief = Square;

export const LIMIT = 2.5;
/** Radius of the box that, thrice, blurs like a Gaussian whose deviation is 8.5 % of the edge. */
const SURROUNDINGS = 5;
/** Added to the deviation, as a share of the film's range: noise in an even area is not structure. */
const FLOOR = 0.03;
/** Share of the range by which a stroke of a pixel's width stands out from what is around it; ribs do not. */
const STROKE = 0.15;
/** Greys beyond these shares are cut off: a marker must not set the range. */
const [DARK, LIGHT] = [0.01, 0.99];

export function reliefOf(film: GreyImage, box = insideBorders(film)): Relief {
  const values = withoutStrokes(stretched(reduced(film, box, EDGE)));
  const mean = blurred(values, SURROUNDINGS, 3);
  const difference = values.map((value, i) => value - (mean[i] as number));
  const variance = blurred(
    difference.map((value) => value * value),
    SURROUNDINGS,
    3,
  );
  return difference.map((value, i) => {
    const height = value / (Math.sqrt(variance[i] as number) + FLOOR);
    return Math.max(-LIMIT, Math.min(LIMIT, height));
  });
}

/** The values from 0 to 1, those beyond DARK and LIGHT cut off. */
function stretched(values: Square): Square {
  const low = quantile(values, DARK);
  const range = Math.max(1, quantile(values, LIGHT) - low);
  return values.map((value) => Math.max(0, Math.min(1, (value - low) / range)));
}

/** To a sixteenth of a grey. */
function quantile(values: Square, share: number): number {
  const counts = new Uint32Array(16 * 256);
  for (let i = 0; i < values.length; i++) {
    const step = Math.floor(16 * (values[i] as number));
    counts[step] = (counts[step] as number) + 1;
  }
  let [step, below] = [0, counts[0] as number];
  while (below <= share * (values.length - 1)) below += counts[++step] as number;
  return step / 16;
}

/** Takes out what is thin and stands out much, dark or light: the strokes of burnt-in text. */
function withoutStrokes(values: Square): Square {
  const low = extremes(extremes(values, -1), 1);
  const high = extremes(extremes(values, 1), -1);
  return values.map((value, i) => {
    if (value - (low[i] as number) > STROKE) return low[i] as number;
    return (high[i] as number) - value > STROKE ? (high[i] as number) : value;
  });
}

/** The largest (sign 1) or least (-1) value of each box of 3 by 3; edges repeated. */
function extremes(square: Square, sign: 1 | -1): Square {
  const rows = new Float64Array(square.length);
  for (let i = 0; i < square.length; i++) {
    const x = i % EDGE;
    const before = square[x === 0 ? i : i - 1] as number;
    const after = square[x === EDGE - 1 ? i : i + 1] as number;
    rows[i] = sign * Math.max(sign * before, sign * (square[i] as number), sign * after);
  }
  const boxes = new Float64Array(square.length);
  for (let i = 0; i < square.length; i++) {
    const above = rows[i < EDGE ? i : i - EDGE] as number;
    const below = rows[i >= square.length - EDGE ? i : i + EDGE] as number;
    boxes[i] = sign * Math.max(sign * above, sign * (rows[i] as number), sign * below);
  }
  return boxes;
}
