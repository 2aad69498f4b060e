import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Film, ingested, readFilm, TRANSFORMS } from '../../bench/film-transforms.ts';
import { SAMPLE } from '../../test/testing.ts';
import { Hasher } from '../phash/phash.ts';
import { CandidateSearch } from './candidates.ts';
import { PhashIndex } from './phash-index.ts';
import { affineOf } from './poses.ts';
import { type Registrable, registeredCorrelation, registrable, SAME_PATIENT } from './registration.ts';

interface Named {
  readonly name: string;
  readonly film: Film;
}

/** Real films, one of `every`. */
async function filmsOf(every: number): Promise<Named[]> {
  const names = (await readdir(SAMPLE)).sort().filter((_, i) => i % every === 0);
  return Promise.all(names.map(async (name) => ({ name, film: await readFilm(join(SAMPLE, name)) })));
}

const partsOf = async (film: Film) => registrable(await ingested(film));
const hasher = new Hasher();
const searchOf = (films: readonly Registrable[]) =>
  new CandidateSearch(
    new PhashIndex(Uint32Array.from(films.flatMap(({ relief }) => [...hasher.relief(relief)]))),
  );

/** Whether the gate finds that a film of an external set is this one. */
async function isFound(external: Film, training: Film): Promise<boolean> {
  const [e, t] = await Promise.all([partsOf(external), partsOf(training)]);
  return searchOf([t])
    .external(e.relief, () => true)
    .some(({ pose }) => registeredCorrelation(t, e, affineOf(pose)) >= SAME_PATIENT);
}

const eight = await filmsOf(70);
const two = eight.slice(2, 4);

describe('a copy of a film', () => {
  test.each(Object.entries(TRANSFORMS))(
    '%s: is found, whichever of the two is external',
    async (_, transform) => {
      for (const { name, film } of two) {
        const copy = await transform(film, name);
        expect(await isFound(copy, film), name).toBe(true);
        expect(await isFound(film, copy), name).toBe(true);
      }
    },
  );

  test.each(['JPEG q50', 'resized to 60 %', 're-windowed (gamma 0.6)', 'inverted', 'black borders of 12 %'])(
    '%s: is found among training films',
    async (kind) => {
      for (const { name, film } of eight) {
        const copy = (await TRANSFORMS[kind]?.(film, name)) as Film;
        const parts = await Promise.all([film, copy].map(partsOf));
        const candidates = searchOf(parts).plain(1, (n) => n === 0);
        expect(
          candidates.map((one) => one.film),
          name,
        ).toEqual([0]);
      }
    },
  );
});

test('films of different patients are not taken for one', async () => {
  const parts = await Promise.all(eight.map(({ film }) => partsOf(film)));
  const search = searchOf(parts);
  for (const [i, { relief }] of parts.entries()) {
    const isOther = (n: number) => eight[n]?.name.slice(0, 8) !== eight[i]?.name.slice(0, 8);
    expect(search.external(relief, isOther)).toEqual([]);
  }
});

test('of two reliefs with nothing in common the registration says so', async () => {
  const [one, other] = await Promise.all([0, 4].map((i) => partsOf(eight[i]?.film as Film)));
  expect(registeredCorrelation(one as Registrable, other as Registrable, [1, 0, 0, 0, 1, 0])).toBeLessThan(
    0.5,
  );
});
