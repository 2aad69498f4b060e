import { describe, expect, test } from 'vitest';
import { type Film, TRANSFORMS } from '../../bench/film-transforms.ts';
import { expectDistinct, films, findCopies, registrableOf, searchOf } from '../../test/film-copies.ts';
import { SAMPLE } from '../../test/testing.ts';
import { registeredCorrelation } from './registration.ts';

const eight = await films(SAMPLE, 70);

/** Two of them: bench/look-alikes.ts and candidates.long.test.ts take more. */
describe('a copy of a film', () => findCopies(eight.slice(2, 4)));

test.each(['JPEG q50', 'resized to 60 %', 're-windowed (gamma 0.6)', 'inverted', 'black borders of 12 %'])(
  'a copy among training films, %s: is found as it is',
  async (kind) => {
    for (const { name, film } of eight) {
      const copy = (await TRANSFORMS[kind]?.(film, name)) as Film;
      const candidates = searchOf(await Promise.all([film, copy].map(registrableOf))).plain(
        1,
        (n) => n === 0,
      );
      expect(
        candidates.map((one) => one.film),
        name,
      ).toEqual([0]);
    }
  },
);

test('films of different patients are not taken for one', () => expectDistinct(eight));

test('of two films with nothing in common the registration says so', async () => {
  const [one, other] = await Promise.all(eight.slice(0, 2).map(({ film }) => registrableOf(film)));
  if (!one || !other) throw new Error('the sample has two films');
  expect(registeredCorrelation(one, other, [1, 0, 0, 0, 1, 0])).toBeLessThan(0.5);
});
