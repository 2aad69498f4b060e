import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Film, ingested, TRANSFORMS } from '../../bench/film-transforms.ts';
import { expectDistinct, films, findCopies, isFound } from '../../test/film-copies.ts';
import { FIXTURE, sharedData } from '../../test/testing.ts';
import { HASH_BOUND, lookFromHex, lookOf, lookToHex } from './phash.ts';
import { hashDistance, lookHashes } from './phash-hash.ts';
import { LookIndex } from './phash-index.ts';

const eight = await films(join(FIXTURE, 'images'));

/** A third of them: bench/look-alikes.ts and phash.long.test.ts take all. */
const some = eight.filter((_, i) => i % 3 === 0);

describe('a copy of a film', () => {
  findCopies(some);

  test('that is inverted has the very hash of its original', async () => {
    for (const { name, film } of eight) {
      const inverted = await TRANSFORMS.inverted?.(film, name);
      expect(hashDistance(lookHashes(film)[0], lookHashes(inverted as Film)[0])).toBeLessThanOrEqual(2);
    }
  });
});

test('films of different patients are not taken for one', () => expectDistinct(some));

test('a look is the same after a journey through its text', async () => {
  const look = lookOf(await ingested(eight[0]?.film as Film));
  expect(lookToHex(look)).toMatch(/^[0-9a-f]{64}$/);
  expect(lookFromHex(lookToHex(look))).toEqual(look);
});

test('the index finds every hash that differs in fewer bits than it has bands, and none beyond the bound', () => {
  const words = fc.uint32Array({ minLength: 4, maxLength: 4 });
  const flips = fc.uniqueArray(fc.nat(127), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 20 }), flips, (hashes, bits) => {
      const index = new LookIndex(Uint32Array.from(hashes.flatMap((hash) => [...hash])));
      const probe = Uint32Array.from(hashes[0] as Uint32Array);
      for (const bit of bits) probe[bit >> 5] = (probe[bit >> 5] as number) ^ (1 << (bit & 31));
      const near = index.near(probe, HASH_BOUND);
      expect(near.has(0)).toBe(true);
      for (const n of near) expect(hashDistance(probe, index.hash(n))).toBeLessThanOrEqual(HASH_BOUND);
    }),
  );
});

const sample = sharedData('nih-256/images');
test.skipIf(sample === null)(
  '18 real films: each copy but of one is found (skipped where ../shared is absent; all films: bench/look-alikes.ts)',
  async () => {
    for (const [kind, transform] of Object.entries(TRANSFORMS)) {
      if (kind.includes('every end')) continue;
      let found = 0;
      for (const { name, film } of await films(sample as string, 50)) {
        if (await isFound(await transform(film, name), film)) found++;
      }
      expect(found, kind).toBeGreaterThanOrEqual(17);
    }
  },
);
