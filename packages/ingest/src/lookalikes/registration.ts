import { largest } from '@viewgap/stats';
import { type GreyImage, rankEqualised, thumbnail } from './phash-hash.ts';

/** Edge of the thumbnails that are registered, pixels. */
const E = 64;
const ITERATIONS = 10;
/** A copy is at most this much larger or smaller, and shifted by at most this share. */
const MAX_SCALE = 0.15;
const MAX_SHIFT = 0.12;

/** What is compared of a film: its grey values as ranks, ever less blurred for the fit, the fine structure for the verdict. */
export interface Registrable {
  readonly levels: readonly Float64Array[];
  readonly fine: Float64Array;
}

/** Blurs of the fit, in pixels of the thumbnail: the first bears the largest shift, the last is the most exact. */
const BLURS = [3, 1.5, 0.7];

export function registrable(film: GreyImage): Registrable {
  const ranks = rankEqualised(thumbnail(film, E));
  const levels = BLURS.map((sigma) => blurred(ranks, sigma));
  const [smooth] = levels as [Float64Array];
  return { levels: levels.map(standardised), fine: ranks.map((value, i) => value - (smooth[i] as number)) };
}

/**
 * Correlation of the fine structure of two films after one is fitted onto the other (scale and shift along each axis,
 * Gauss-Newton on normalised grey values; Lucas and Kanade 1981), whichever way round their greys are.
 * @returns 0 to 1; 0 where the fit runs away
 */
export function registeredCorrelation(a: Registrable, b: Registrable): number {
  const sign = correlation(a.levels[0] as Float64Array, b.levels[0] as Float64Array) < 0 ? -1 : 1;
  // x of b = p0 * x + p1, y of b = p2 * y + p3; x and y from -1 to 1
  const p = [1, 0, 1, 0];
  for (const [level, target] of a.levels.entries()) {
    const moving = (b.levels[level] as Float64Array).map((value) => sign * value);
    for (let step = 0; step < ITERATIONS; step++) {
      const change = gaussNewton(target, moving, p);
      if (change === null) return 0;
      for (let k = 0; k < 4; k++) p[k] = (p[k] as number) + (change[k] as number);
      if (largest(change.map(Math.abs)) < 1e-3) break;
    }
  }
  const [sx = 1, tx = 0, sy = 1, ty = 0] = p;
  if (Math.max(Math.abs(sx - 1), Math.abs(sy - 1)) > MAX_SCALE) return 0;
  if (Math.max(Math.abs(tx), Math.abs(ty)) > 2 * MAX_SHIFT) return 0;
  return Math.abs(correlationUnder(a.fine, b.fine, p));
}

const at = (i: number): number => (2 * i) / (E - 1) - 1;
const toPixel = (x: number): number => ((x + 1) * (E - 1)) / 2;

/** Change of the parameters that lessens the squared difference; null where it cannot be told. */
function gaussNewton(target: Float64Array, moving: Float64Array, p: readonly number[]): number[] | null {
  const [sx = 1, tx = 0, sy = 1, ty = 0] = p;
  const h = new Float64Array(16);
  const g = new Float64Array(4);
  let inside = 0;
  for (let i = 0; i < E; i++) {
    const y = at(i);
    const v = toPixel(sy * y + ty);
    if (v < 1 || v > E - 2) continue;
    for (let j = 0; j < E; j++) {
      const x = at(j);
      const u = toPixel(sx * x + tx);
      if (u < 1 || u > E - 2) continue;
      const half = (E - 1) / 2;
      const dx = ((sample(moving, u + 0.5, v) - sample(moving, u - 0.5, v)) * half) as number;
      const dy = ((sample(moving, u, v + 0.5) - sample(moving, u, v - 0.5)) * half) as number;
      const e = (target[i * E + j] as number) - sample(moving, u, v);
      const d = [dx * x, dx, dy * y, dy];
      for (let r = 0; r < 4; r++) {
        g[r] = (g[r] as number) + (d[r] as number) * e;
        for (let c = 0; c < 4; c++)
          h[4 * r + c] = (h[4 * r + c] as number) + (d[r] as number) * (d[c] as number);
      }
      inside++;
    }
  }
  return inside < (E * E) / 2 ? null : solved(h, g);
}

/** Solution of a 4 x 4 system by elimination with pivots; null where it is singular. */
function solved(h: Float64Array, g: Float64Array): number[] | null {
  const rows = Array.from({ length: 4 }, (_, r) => [...h.slice(4 * r, 4 * r + 4), g[r] as number]);
  for (let c = 0; c < 4; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row) => (Math.abs(row[c] as number) > Math.abs(best[c] as number) ? row : best));
    if (Math.abs(pivot[c] as number) < 1e-9) return null;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(c, 0, pivot);
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[c] as number) / (pivot[c] as number);
      for (let k = c; k < 5; k++) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  }
  return rows.map((row, r) => (row[4] as number) / (row[r] as number));
}

function correlationUnder(a: Float64Array, b: Float64Array, p: readonly number[]): number {
  const [sx = 1, tx = 0, sy = 1, ty = 0] = p;
  const [one, other]: [number[], number[]] = [[], []];
  for (let i = 0; i < E; i++) {
    const v = toPixel(sy * at(i) + ty);
    if (v < 0 || v > E - 1) continue;
    for (let j = 0; j < E; j++) {
      const u = toPixel(sx * at(j) + tx);
      if (u < 0 || u > E - 1) continue;
      one.push(a[i * E + j] as number);
      other.push(sample(b, u, v));
    }
  }
  return one.length < (E * E) / 2 ? 0 : correlation(one, other);
}

function sample(image: Float64Array, u: number, v: number): number {
  const [x, y] = [Math.min(Math.floor(u), E - 2), Math.min(Math.floor(v), E - 2)];
  const [fx, fy] = [u - x, v - y];
  const k = y * E + x;
  const top = (image[k] as number) * (1 - fx) + (image[k + 1] as number) * fx;
  const bottom = (image[k + E] as number) * (1 - fx) + (image[k + E + 1] as number) * fx;
  return top * (1 - fy) + bottom * fy;
}

function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / sd);
}

/** Pearson's. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return spread > 0 ? (sab - (sa * sb) / n) / spread : 0;
}

/** Gaussian blur of a square image, edges repeated. */
function blurred(image: Float64Array, sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Float64Array, step: number, line: number) => {
    const to = new Float64Array(E * E);
    for (let l = 0; l < E; l++)
      for (let i = 0; i < E; i++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) {
          const j = Math.min(E - 1, Math.max(0, i + k));
          sum += (weights[k + radius] as number) * (from[l * line + j * step] as number);
        }
        to[l * line + i * step] = sum / total;
      }
    return to;
  };
  return pass(pass(image, 1, E), E, 1);
}
