import { BITS, COARSE_BITS, WORDS } from './frequencies.ts';
import type { GreyImage, Range } from './grey-image.ts';
import { PHASH_MEAN, PHASH_MEDIANS } from './phash-statistics.ts';
import { type Relief, reliefOf } from './relief.ts';
import { Spectrum } from './spectrum.ts';

/**
 * Perceptual hash of a film: 512 signs of the lowest cosine frequencies of its relief's inner part against their medians
 * over real films, in the order of frequencies.ts.
 */
export type Phash = Uint32Array;

/** Share of each side that the hash leaves out: what borders, collimation, text and a crop change lies there. */
export const MARGIN = 0.125;
export const INNER: Range = { start: MARGIN, size: 1 - 2 * MARGIN };

/** A film that correlates less with the mean film than this may have been taken the wrong way round. */
const SURE_POLARITY = 0.2;

/** Hashes films, one after another. */
export class Hasher {
  readonly #spectrum = new Spectrum([INNER]);

  film(film: GreyImage): Phash {
    return this.relief(reliefOf(film));
  }

  relief(relief: Relief): Phash {
    const coefficients = this.coefficients(relief);
    return signsOf(coefficients, polarities(coefficients)[0]);
  }

  /** What the hash is the signs of; it lasts until the next film. */
  coefficients(relief: Relief): Float32Array {
    return this.#spectrum.take(relief).part(0, 0, BITS);
  }
}

/** Likeness of a film to the mean film, by its first 128 coefficients: below 0 it is probably inverted. */
function likenessOf(coefficients: Float32Array): number {
  let product = 0;
  let own = 0;
  for (let bit = 0; bit < COARSE_BITS; bit++) {
    const value = coefficients[bit] as number;
    product += value * (MEAN[bit] as number);
    own += value * value;
  }
  return product / Math.sqrt(own * MEAN_ENERGY || 1);
}

const MEAN = Float64Array.from(PHASH_MEAN);
const MEDIANS = Float64Array.from(PHASH_MEDIANS);
const MEAN_ENERGY = MEAN.subarray(0, COARSE_BITS).reduce((sum, value) => sum + value * value, 0);

type Polarity = 1 | -1;

/** Signs by which coefficients may have to be multiplied before they are compared: two where nobody can tell. */
export function polarities(coefficients: Float32Array): readonly [Polarity, ...Polarity[]] {
  const likeness = likenessOf(coefficients);
  const sign = likeness < 0 ? -1 : 1;
  return Math.abs(likeness) < SURE_POLARITY ? [sign, sign === 1 ? -1 : 1] : [sign];
}

export function signsOf(coefficients: Float32Array, polarity: Polarity): Phash {
  const hash = new Uint32Array(coefficients.length / 32);
  for (let word = 0; word < hash.length; word++) {
    let bits = 0;
    for (let j = 0; j < 32; j++) {
      const bit = 32 * word + j;
      if (polarity * (coefficients[bit] as number) > (MEDIANS[bit] as number)) bits |= 1 << j;
    }
    hash[word] = bits;
  }
  return hash;
}

export function phashToHex(hash: Phash): string {
  return Array.from(hash, (word) => word.toString(16).padStart(8, '0')).join('');
}

export function phashFromHex(hex: string): Phash {
  return Uint32Array.from({ length: WORDS }, (_, i) => Number.parseInt(hex.slice(8 * i, 8 * i + 8), 16));
}

/** Number of bits in which two hashes differ. */
export function phashDistance(a: Phash, b: Phash): number {
  return a.reduce((sum, word, i) => sum + bitCount(word ^ (b[i] as number)), 0);
}

export function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
