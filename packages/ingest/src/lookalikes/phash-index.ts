import { COARSE_BITS, CROP_BITS, WORDS } from '../phash/frequencies.ts';
import { bitCount, type Phash } from '../phash/phash.ts';
import { PHASH_DEVIATIONS, PHASH_MEDIANS } from '../phash/phash-statistics.ts';

/** A hash is found by any 16 bits of it that are the same (multi-index hashing: Norouzi, Punjani and Fleet 2014). */
const BAND_BITS = 16;
const BANDS = CROP_BITS / BAND_BITS;

/** A hash to look up. */
export interface Probe {
  /** its first 128 or 256 bits: those of the bands that are looked up */
  readonly hash: Phash;
  /** of each band, `tries` bits, as masks of 16 bits, that are tried both ways (multi-probing: Lv et al. 2007) */
  readonly doubts: Uint16Array;
  readonly tries: number;
}

const CERTAINTIES = Float64Array.from(PHASH_DEVIATIONS, (deviation) => 1 / deviation);
const MEDIANS = Float64Array.from(PHASH_MEDIANS);

/** Probe of a hash as it is. */
export function exactProbe(hash: Phash): Probe {
  return { hash, doubts: new Uint16Array(0), tries: 0 };
}

/** Probe of a hash whose bits that are nearest their threshold are tried both ways, `tries` of each band. */
export function doubtingProbe(
  coefficients: Float32Array,
  polarity: 1 | -1,
  hash: Phash,
  tries: number,
): Probe {
  const bands = hash.length * (32 / BAND_BITS);
  const doubts = new Uint16Array(bands * tries);
  const certainty = (bit: number) =>
    Math.abs(polarity * (coefficients[bit] as number) - (MEDIANS[bit] as number)) *
    (CERTAINTIES[bit] as number);
  for (let band = 0; band < bands; band++) {
    let taken = 0;
    for (let i = 0; i < tries; i++) {
      let [least, mask] = [Number.POSITIVE_INFINITY, 0];
      for (let j = 0; j < BAND_BITS; j++) {
        const own = certainty(BAND_BITS * band + j);
        if (own >= least || (taken >> j) & 1) continue;
        least = own;
        mask = 1 << j;
      }
      doubts[tries * band + i] = mask;
      taken |= mask;
    }
  }
  return { hash, doubts, tries };
}

/** Words of the first 128 bits. */
const COARSE = COARSE_BITS / 32;

/** A band of the index: where the films of each value start, and the films sorted by value. */
interface Band {
  readonly starts: Uint32Array;
  readonly films: Uint32Array;
  /** the first 128 bits of these films, side by side: a look-up would else wait for the memory at each film */
  readonly coarse: Uint32Array;
}

export class PhashIndex {
  readonly #bands: readonly Band[];

  /** @param words the hashes, 16 words each */
  constructor(readonly words: Uint32Array) {
    this.#bands = Array.from({ length: BANDS }, (_, band) => sortedBy(words, band));
  }

  get count(): number {
    return this.words.length / WORDS;
  }

  hash(n: number): Phash {
    return this.words.subarray(WORDS * n, WORDS * (n + 1));
  }

  /** Calls `found` with each film that shares a band and differs in at most `bound` of the first 128 bits; at times twice. */
  look({ hash, doubts, tries }: Probe, bound: number, found: (film: number, coarse: number) => void): void {
    for (let band = 0; band < 2 * hash.length; band++) {
      const { starts, films, coarse } = this.#bands[band] as Band;
      const own = bandOf(hash[band >> 1] as number, band);
      for (let turn = 0; turn < 1 << tries; turn++) {
        let value = own;
        for (let i = 0; i < tries; i++) if ((turn >> i) & 1) value ^= doubts[tries * band + i] as number;
        const end = starts[value + 1] as number;
        for (let i = starts[value] as number; i < end; i++) {
          const bits = coarseDistance(hash, coarse, COARSE * i, bound);
          if (bits <= bound) found(films[i] as number, bits);
        }
      }
    }
  }

  /** Bits that differ beyond the first 128, as far as the hash goes. */
  fine(hash: Phash, film: number): number {
    let bits = 0;
    for (let word = COARSE; word < hash.length; word++)
      bits += bitCount((hash[word] as number) ^ (this.words[WORDS * film + word] as number));
    return bits;
  }
}

/** Bits of the first 128 that differ; more than `bound` where they are more. */
function coarseDistance(hash: Phash, words: Uint32Array, at: number, bound: number): number {
  const bits =
    bitCount((hash[0] as number) ^ (words[at] as number)) +
    bitCount((hash[1] as number) ^ (words[at + 1] as number)) +
    bitCount((hash[2] as number) ^ (words[at + 2] as number));
  // Half of the bits of two other films differ: most are told by three words.
  return bits > bound ? bits : bits + bitCount((hash[3] as number) ^ (words[at + 3] as number));
}

function sortedBy(words: Uint32Array, band: number): Band {
  const count = words.length / WORDS;
  const starts = new Uint32Array(2 ** BAND_BITS + 1);
  const films = new Uint32Array(count);
  const coarse = new Uint32Array(COARSE * count);
  const first = band >> 1;
  // Counts, then the ends of the values, which filling from the last film on moves to their starts.
  for (let n = 0; n < count; n++) add(starts, bandOf(words[WORDS * n + first] as number, band), 1);
  let end = 0;
  for (let value = 0; value < starts.length; value++) {
    end += starts[value] as number;
    starts[value] = end;
  }
  for (let n = count - 1; n >= 0; n--) {
    const value = bandOf(words[WORDS * n + first] as number, band);
    add(starts, value, -1);
    const place = starts[value] as number;
    films[place] = n;
    for (let word = 0; word < COARSE; word++)
      coarse[COARSE * place + word] = words[WORDS * n + word] as number;
  }
  return { starts, films, coarse };
}

function bandOf(word: number, band: number): number {
  return band & 1 ? word >>> 16 : word & 0xffff;
}

function add(counts: Uint32Array, i: number, by: number): void {
  counts[i] = (counts[i] as number) + by;
}
