import { bitCount, type LookHash } from './phash-hash.ts';

/** Bands into which a hash is cut: two hashes are compared where one of their bands is the same. */
const BANDS = 10;
const BAND_BITS = 12;
/** 32-bit words of a hash. */
const WORDS = 4;

/** Finds the hashes near a given one without comparing it with all. */
export class LookIndex {
  /** of each band, where the numbers of each value start, and the numbers sorted by value */
  private readonly bands: readonly { readonly starts: Uint32Array; readonly numbers: Uint32Array }[];

  /** @param words the hashes, 4 words each */
  constructor(private readonly words: Uint32Array) {
    const count = words.length / 4;
    this.bands = Array.from({ length: BANDS }, (_, band) => {
      const starts = new Uint32Array(2 ** BAND_BITS + 1);
      for (let n = 0; n < count; n++) add(starts, bandOf(this.hash(n), band) + 1, 1);
      for (let value = 0; value < 2 ** BAND_BITS; value++) add(starts, value + 1, starts[value] as number);
      const next = starts.slice();
      const numbers = new Uint32Array(count);
      for (let n = 0; n < count; n++) {
        const value = bandOf(this.hash(n), band);
        numbers[next[value] as number] = n;
        add(next, value, 1);
      }
      return { starts, numbers };
    });
  }

  hash(n: number): LookHash {
    return this.words.subarray(4 * n, 4 * n + 4);
  }

  /**
   * Numbers of the hashes that differ from this one in at most `bound` bits, some of those missing that differ in each
   * band: below 10 differing bits there are none.
   */
  near(hash: LookHash, bound: number): Set<number> {
    const found = new Set<number>();
    for (const [band, { starts, numbers }] of this.bands.entries()) {
      const value = bandOf(hash, band);
      for (let i = starts[value] as number; i < (starts[value + 1] as number); i++) {
        const n = numbers[i] as number;
        if (this.isNear(hash, n, bound)) found.add(n);
      }
    }
    return found;
  }

  /** Stops at the word that shows that it is not: of 1.6 million films each is compared with thousands. */
  private isNear(hash: LookHash, n: number, bound: number): boolean {
    let left = bound;
    for (let word = 0; word < WORDS && left >= 0; word++) {
      left -= bitCount((hash[word] as number) ^ (this.words[WORDS * n + word] as number));
    }
    return left >= 0;
  }
}

function bandOf(hash: LookHash, band: number): number {
  const bit = band * BAND_BITS;
  const low = (hash[bit >> 5] as number) >>> (bit & 31);
  const high = (bit & 31) > 32 - BAND_BITS ? (hash[(bit >> 5) + 1] as number) << (32 - (bit & 31)) : 0;
  return (low | high) & (2 ** BAND_BITS - 1);
}

function add(counts: Uint32Array, i: number, value: number): void {
  counts[i] = (counts[i] as number) + value;
}
