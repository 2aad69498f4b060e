import { largest } from '@viewgap/stats';
import { LOOK_MEAN, LOOK_MEDIANS } from './phash-statistics.ts';

/** Edge of the thumbnail that a hash is made from. */
const EDGE = 32;
export const HASH_BITS = 128;

/** Four times 32 bits. */
export type LookHash = Uint32Array;

/** Shares of a film's width and height that are cut off at its ends. */
export interface Margins {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const NO_MARGINS: Margins = { left: 0, right: 0, top: 0, bottom: 0 };

/** A grey image, row by row. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/** The lowest spatial frequencies but the constant one, nearest first, as (vertical, horizontal). */
const FREQUENCIES = Array.from(
  { length: EDGE * EDGE - 1 },
  (_, i) => [Math.floor((i + 1) / EDGE), (i + 1) % EDGE] as const,
)
  .sort(([a, b], [c, d]) => a * a + b * b - (c * c + d * d) || a - c)
  .slice(0, HASH_BITS);
const COLUMNS = largest(FREQUENCIES.map(([, u]) => u)) + 1;

const COSINES = Float64Array.from({ length: EDGE * EDGE }, (_, i) =>
  Math.cos((Math.PI * Math.floor(i / EDGE) * (2 * (i % EDGE) + 1)) / (2 * EDGE)),
);

/** A film that correlates less with the mean film than this may have been taken the wrong way round. */
const SURE_POLARITY = 0.35;

/**
 * Hash of a film's look: the signs of its lowest cosine frequencies against their medians. Grey values count by their
 * rank, so that another window changes little; a film that is unlike the mean film is inverted first, so that an
 * inverted copy has the hash of its original.
 * @returns the hash; and, where it is not sure which way round the film is, the hash of the other way
 */
export function lookHashes(
  film: GreyImage,
  margins: Margins = NO_MARGINS,
): readonly [LookHash, ...LookHash[]] {
  const values = lookCoefficients(film, margins);
  const likeness = cosine(values, LOOK_MEAN);
  const sign = likeness < 0 ? -1 : 1;
  const hash = signs(values, sign);
  return Math.abs(likeness) < SURE_POLARITY ? [hash, signs(values, -sign)] : [hash];
}

/** The lowest cosine coefficients of the ranks of a film's grey values. */
export function lookCoefficients(film: GreyImage, margins: Margins = NO_MARGINS): Float64Array {
  const ranks = rankEqualised(thumbnail(film, EDGE, margins));
  const rows = new Float64Array(EDGE * COLUMNS);
  for (let y = 0; y < EDGE; y++) {
    for (let u = 0; u < COLUMNS; u++) {
      let sum = 0;
      for (let x = 0; x < EDGE; x++)
        sum += (ranks[y * EDGE + x] as number) * (COSINES[u * EDGE + x] as number);
      rows[y * COLUMNS + u] = sum;
    }
  }
  return Float64Array.from(FREQUENCIES, ([v, u]) => {
    let sum = 0;
    for (let y = 0; y < EDGE; y++)
      sum += (rows[y * COLUMNS + u] as number) * (COSINES[v * EDGE + y] as number);
    return sum;
  });
}

/** Number of bits in which two hashes differ. */
export function hashDistance(a: LookHash, b: LookHash): number {
  let distance = 0;
  for (let i = 0; i < 4; i++) distance += bitCount(at(a, i) ^ at(b, i));
  return distance;
}

export function hashToHex(hash: LookHash): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}

export function hashFromHex(hex: string): LookHash {
  return Uint32Array.from({ length: 4 }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16));
}

/** A film reduced to a square by averaging, along each axis in turn. */
export function thumbnail(film: GreyImage, edge: number, margins: Margins = NO_MARGINS): Float64Array {
  const { width, height, pixels } = film;
  const narrow = new Float64Array(height * edge);
  for (const [column, [first, last]] of cells(width, edge, margins.left, margins.right).entries()) {
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let x = first; x < last; x++) sum += pixels[y * width + x] as number;
      narrow[y * edge + column] = sum / (last - first);
    }
  }
  const small = new Float64Array(edge * edge);
  for (const [row, [first, last]] of cells(height, edge, margins.top, margins.bottom).entries()) {
    for (let column = 0; column < edge; column++) {
      let sum = 0;
      for (let y = first; y < last; y++) sum += narrow[y * edge + column] as number;
      small[row * edge + column] = sum / (last - first);
    }
  }
  return small;
}

/** For each cell of a side its first pixel and the one after its last. */
function cells(length: number, edge: number, before: number, after: number): (readonly [number, number])[] {
  const start = before * length;
  const step = (length * (1 - before - after)) / edge;
  return Array.from({ length: edge }, (_, cell) => {
    const first = Math.min(length - 1, Math.floor(start + cell * step + 0.5));
    return [first, Math.max(first + 1, Math.floor(start + (cell + 1) * step + 0.5))] as const;
  });
}

/** Each value's rank among all, from -0.5 to 0.5; equal values share one. */
export function rankEqualised(values: Float64Array): Float64Array {
  const sorted = values.toSorted();
  const ranks = new Map<number, number>();
  for (let first = 0; first < sorted.length; ) {
    const value = sorted[first] as number;
    let last = first;
    while (sorted[last + 1] === value) last++;
    ranks.set(value, (first + last) / 2 / (sorted.length - 1) - 0.5);
    first = last + 1;
  }
  return values.map((value) => ranks.get(value) as number);
}

function signs(values: Float64Array, sign: number): LookHash {
  const hash = new Uint32Array(4);
  for (let k = 0; k < HASH_BITS; k++) {
    if (sign * at(values, k) > at(LOOK_MEDIANS, k)) hash[k >> 5] = at(hash, k >> 5) | (1 << (k & 31));
  }
  return hash;
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let k = 0; k < HASH_BITS; k++) {
    ab += at(a, k) * at(b, k);
    aa += at(a, k) ** 2;
    bb += at(b, k) ** 2;
  }
  return ab / Math.sqrt(aa * bb || 1);
}

function at(values: ArrayLike<number>, i: number): number {
  return values[i] as number;
}

export function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
