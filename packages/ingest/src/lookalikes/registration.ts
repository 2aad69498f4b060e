import { insideBorders } from '../phash/borders.ts';
import { type GreyImage, type Square, sampled } from '../phash/grey-image.ts';
import { blurred, DETAIL_EDGE, detailsOf, EDGE, type Relief, reliefOf } from '../phash/relief.ts';
import type { Affine } from './poses.ts';

/** Two films are of one patient where their details correlate at least so, once registered. */
export const SAME_PATIENT = 0.75;

/**
 * And are one film, whose view both share, where they do at least so: films of one patient that follow each other reach
 * .932, and may be of different views.
 */
export const SAME_FILM = 0.95;

const STEPS = 12;
/** Pixels of a level that a step of the fit moves a corner by when it ends. */
const SMALLEST_STEP = 0.02;
/** Every second pixel along each axis tells six parameters well enough. */
const STRIDE = 2;
/** Pixels of a relief by which the fit may move a corner from where the pose has it. */
const FARTHEST = 8;
/** Blocks along each axis, in which the details are compared. */
const BLOCKS = 8;
/** Share of `a` that `b` must show: of a film that was cropped by 15 % at every end half is left. */
const LEAST_SHOWN = 0.4;
/** From this level on the fit is good enough for a look at the details: where they differ wholly the last one is spared. */
const DECIDING = 1;
const PROMISING = 0.15;
/** Share of a block that both films must show. */
const SHOWN = 0.6;

/** What is compared of a film. */
export interface Registrable {
  readonly relief: Relief;
  /** what the fit goes by, from coarse to fine */
  readonly levels: readonly Square[];
  /** structure finer than some 3 % of the edge, in local standard deviations */
  readonly details: Square;
}

export function registrable(film: GreyImage): Registrable {
  const box = insideBorders(film);
  const relief = reliefOf(film, box);
  const details = detailsOf(film, box);
  return { relief, levels: [blurred(relief, 2), blurred(relief, 1), blurred(details, 1)], details };
}

/**
 * Correlation of the details of two films after one is fitted onto the other, whichever way round the greys are: the median
 * over the blocks that both show, so that text or a device in some of them does not count.
 * @param start where `b` shows each pixel of `a`, nearly
 * @returns 0 to 1; 0 where the fit runs away or too little of `a` is shown
 */
export function registeredCorrelation(a: Registrable, b: Registrable, start: Affine): number {
  const sign = signOf(a.relief, b.relief, start);
  let map = start;
  let correlation = 0;
  for (const [level, target] of a.levels.entries()) {
    const change = fitted(target, b.levels[level] as Square, sign, map);
    if (change === null || farthest(difference(change, start), EDGE) > FARTHEST) return 0;
    map = change;
    if (level < DECIDING) continue;
    correlation = medianCorrelation(a.details, b.details, map);
    if (correlation < PROMISING) return correlation;
  }
  return correlation;
}

const difference = (p: readonly number[], q: readonly number[]) =>
  p.map((value, i) => value - (q[i] as number));

function medianCorrelation(a: Square, b: Square, map: Affine): number {
  const blocks = blockCorrelations(a, b, scaled(map, DETAIL_EDGE / EDGE));
  if (blocks.length < LEAST_SHOWN * BLOCKS ** 2) return 0;
  return Math.abs(blocks.sort((p, q) => p - q)[blocks.length >> 1] as number);
}

/**
 * Where `moving` shows each pixel of `target`: six parameters by Gauss-Newton (Lucas and Kanade 1981). Maps are of reliefs.
 * @returns null where the fit cannot be told
 */
function fitted(target: Square, moving: Square, sign: number, start: Affine): Affine | null {
  const size = Math.sqrt(target.length);
  const scale = size / EDGE;
  let q: number[] = [...scaled(start, scale)];
  for (let step = 0; step < STEPS; step++) {
    const change = gaussNewton(target, moving, size, sign, q);
    if (change === null) return null;
    q = q.map((value, i) => value + (change[i] as number));
    if (farthest(change, size) < SMALLEST_STEP) break;
  }
  return scaled(q as unknown as Affine, 1 / scale);
}

/** A map between squares of another size. */
function scaled([a, b, c, d, e, f]: Affine, scale: number): Affine {
  return [a, b, c * scale, d, e, f * scale];
}

/** By how much a change of a map moves a corner at most, pixels. */
function farthest(change: readonly number[], size: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = change.map(Math.abs);
  return Math.max(c + (size / 2) * (a + b), f + (size / 2) * (d + e));
}

/** -1 where one of the two is inverted. */
function signOf(a: Relief, b: Relief, [pa, pb, pc, pd, pe, pf]: Affine): number {
  const centre = (EDGE - 1) / 2;
  let sum = 0;
  for (let i = 0; i < EDGE; i += STRIDE) {
    for (let j = 0; j < EDGE; j += STRIDE) {
      const [x, y] = [j - centre, i - centre];
      const other = sampled(b, EDGE, pa * x + pb * y + pc + centre, pd * x + pe * y + pf + centre);
      sum += (a[i * EDGE + j] as number) * other;
    }
  }
  return sum < 0 ? -1 : 1;
}

/** Change of the parameters that lessens the squared difference; null where it cannot be told. */
function gaussNewton(
  target: Square,
  moving: Square,
  size: number,
  sign: number,
  p: readonly number[],
): number[] | null {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = p;
  const centre = (size - 1) / 2;
  // Products of the gradient with 1, x, y, xx, xy, yy make up the normal equations.
  let [xx1, xx2, xx3, xx4, xx5, xx6] = [0, 0, 0, 0, 0, 0];
  let [xy1, xy2, xy3, xy4, xy5, xy6] = [0, 0, 0, 0, 0, 0];
  let [yy1, yy2, yy3, yy4, yy5, yy6] = [0, 0, 0, 0, 0, 0];
  let [g1, g2, g3, g4, g5, g6] = [0, 0, 0, 0, 0, 0];
  let inside = 0;
  for (let i = 0; i < size; i += STRIDE) {
    const y = i - centre;
    for (let j = 0; j < size; j += STRIDE) {
      const x = j - centre;
      const u = a * x + b * y + c + centre;
      const v = d * x + e * y + f + centre;
      if (u < 0 || u > size - 1 || v < 0 || v > size - 1) continue;
      const m = Math.min(Math.floor(u), size - 2);
      const n = Math.min(Math.floor(v), size - 2);
      const fx = u - m;
      const fy = v - n;
      const k = n * size + m;
      const p00 = moving[k] as number;
      const p10 = moving[k + 1] as number;
      const p01 = moving[k + size] as number;
      const p11 = moving[k + size + 1] as number;
      const top = p00 + fx * (p10 - p00);
      const bottom = p01 + fx * (p11 - p01);
      const dx = (1 - fy) * (p10 - p00) + fy * (p11 - p01);
      const dy = bottom - top;
      const error = sign * (target[i * size + j] as number) - (top + fy * (bottom - top));
      const gxx = dx * dx;
      xx1 += gxx * x * x;
      xx2 += gxx * x * y;
      xx3 += gxx * x;
      xx4 += gxx * y * y;
      xx5 += gxx * y;
      xx6 += gxx;
      const gxy = dx * dy;
      xy1 += gxy * x * x;
      xy2 += gxy * x * y;
      xy3 += gxy * x;
      xy4 += gxy * y * y;
      xy5 += gxy * y;
      xy6 += gxy;
      const gyy = dy * dy;
      yy1 += gyy * x * x;
      yy2 += gyy * x * y;
      yy3 += gyy * x;
      yy4 += gyy * y * y;
      yy5 += gyy * y;
      yy6 += gyy;
      const ex = dx * error;
      g1 += ex * x;
      g2 += ex * y;
      g3 += ex;
      const ey = dy * error;
      g4 += ey * x;
      g5 += ey * y;
      g6 += ey;
      inside++;
    }
  }
  if (inside < (LEAST_SHOWN * size * size) / STRIDE ** 2) return null;
  return solved(
    [
      [xx1, xx2, xx3, xy1, xy2, xy3],
      [xx2, xx4, xx5, xy2, xy4, xy5],
      [xx3, xx5, xx6, xy3, xy5, xy6],
      [xy1, xy2, xy3, yy1, yy2, yy3],
      [xy2, xy4, xy5, yy2, yy4, yy5],
      [xy3, xy5, xy6, yy3, yy5, yy6],
    ],
    [g1, g2, g3, g4, g5, g6],
  );
}

/** Solution of a symmetric system (Cholesky); null where it is singular. */
function solved(h: readonly (readonly number[])[], g: readonly number[]): number[] | null {
  const at = (matrix: readonly (readonly number[])[], i: number, j: number) => matrix[i]?.[j] as number;
  const l = g.map(() => g.map(() => 0));
  const x = [...g];
  for (const [i, row] of l.entries()) {
    for (let j = 0; j <= i; j++) {
      let sum = at(h, i, j);
      for (let k = 0; k < j; k++) sum -= at(l, i, k) * at(l, j, k);
      if (i === j && sum < 1e-9) return null;
      row[j] = i === j ? Math.sqrt(sum) : sum / at(l, j, j);
    }
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(l, i, k) * (x[k] as number);
    x[i] = (x[i] as number) / at(l, i, i);
  }
  for (let i = g.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < g.length; k++) x[i] = (x[i] as number) - at(l, k, i) * (x[k] as number);
    x[i] = (x[i] as number) / at(l, i, i);
  }
  return x;
}

/** Pearson's, for each block of `a` of which `b` shows enough. */
function blockCorrelations(a: Square, b: Square, [pa, pb, pc, pd, pe, pf]: Affine): number[] {
  const size = DETAIL_EDGE / BLOCKS;
  const centre = (DETAIL_EDGE - 1) / 2;
  const correlations: number[] = [];
  for (let block = 0; block < BLOCKS ** 2; block++) {
    const top = size * Math.floor(block / BLOCKS);
    const left = size * (block % BLOCKS);
    let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
    for (let i = top; i < top + size; i++) {
      for (let j = left; j < left + size; j++) {
        const x = j - centre;
        const y = i - centre;
        const u = pa * x + pb * y + pc + centre;
        const v = pd * x + pe * y + pf + centre;
        if (u < 0 || u > DETAIL_EDGE - 1 || v < 0 || v > DETAIL_EDGE - 1) continue;
        const one = a[i * DETAIL_EDGE + j] as number;
        const other = sampled(b, DETAIL_EDGE, u, v);
        n++;
        sa += one;
        sb += other;
        saa += one * one;
        sbb += other * other;
        sab += one * other;
      }
    }
    if (n < SHOWN * size * size) continue;
    const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
    correlations.push(spread > 0 ? (sab - (sa * sb) / n) / spread : 0);
  }
  return correlations;
}
