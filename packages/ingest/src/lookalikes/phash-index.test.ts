import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CROP_BITS, WORDS } from '../phash/frequencies.ts';
import { type Phash, signsOf } from '../phash/phash.ts';
import { PHASH_DEVIATIONS, PHASH_MEDIANS } from '../phash/phash-statistics.ts';
import { doubtingProbe, exactProbe, PhashIndex } from './phash-index.ts';

const hashes = fc.array(fc.uint32Array({ minLength: WORDS, maxLength: WORDS }), {
  minLength: 1,
  maxLength: 20,
});
const indexOf = (films: readonly Uint32Array[]) =>
  new PhashIndex(Uint32Array.from(films.flatMap((hash) => [...hash])));
const indexed = (hash: Phash) => hash.subarray(0, CROP_BITS / 32);

function turned(hash: Phash, bits: readonly number[]): Phash {
  const copy = hash.slice();
  for (const bit of bits) copy[bit >> 5] = (copy[bit >> 5] as number) ^ (1 << (bit & 31));
  return copy;
}

test('finds every hash of which one band of 16 bits is the same, with the bits of the first 128 that differ', () => {
  const bits = fc.uniqueArray(fc.nat(CROP_BITS - 1), { maxLength: 15 });
  fc.assert(
    fc.property(hashes, bits, (films, differing) => {
      const probe = turned(films[0] as Phash, differing);
      const found = new Map<number, number>();
      indexOf(films).look(exactProbe(indexed(probe)), 128, (film, coarse) => found.set(film, coarse));
      expect(found.get(0)).toBe(differing.filter((bit) => bit < 128).length);
    }),
    { numRuns: 12 },
  );
});

test('finds none beyond the bound', () => {
  fc.assert(
    fc.property(hashes, fc.nat(20), (films, bound) => {
      indexOf(films).look(exactProbe(indexed(films[0] as Phash)), bound, (_, coarse) =>
        expect(coarse).toBeLessThanOrEqual(bound),
      );
    }),
    { numRuns: 12 },
  );
});

test('counts the bits beyond the first 128, as far as the hash goes', () => {
  const film = new Uint32Array(WORDS);
  const index = indexOf([film]);
  const probe = turned(film, [3, 130, 200, 300, 511]);
  expect(index.fine(indexed(probe), 0)).toBe(2);
  expect(index.fine(probe, 0)).toBe(4);
});

test('a bit near its threshold is tried both ways: found though every band has one that differs', () => {
  const sure = Float32Array.from(
    { length: CROP_BITS },
    (_, bit) => (PHASH_MEDIANS[bit] as number) + 2 * (PHASH_DEVIATIONS[bit] as number),
  );
  const film = new Uint32Array(WORDS);
  film.set(signsOf(sure, 1));
  const doubtful = sure.map((value, bit) =>
    bit % 16 === 5 ? (PHASH_MEDIANS[bit] as number) - 0.1 * (PHASH_DEVIATIONS[bit] as number) : value,
  );
  const hash = signsOf(doubtful, 1);
  const index = indexOf([film]);
  const founds = (tries: number) => {
    let count = 0;
    index.look(doubtingProbe(doubtful, 1, hash, tries), 20, () => count++);
    return count;
  };
  expect(founds(0)).toBe(0);
  expect(founds(1)).toBe(16);
});
