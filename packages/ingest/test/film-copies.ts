import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Film, FOUND, ingested, readFilm } from '../bench/film-transforms.ts';
import { CandidateSearch } from '../src/lookalikes/candidates.ts';
import { PhashIndex } from '../src/lookalikes/phash-index.ts';
import { affineOf } from '../src/lookalikes/poses.ts';
import {
  type Registrable,
  registeredCorrelation,
  registrable,
  SAME_PATIENT,
} from '../src/lookalikes/registration.ts';
import { Hasher } from '../src/phash/phash.ts';

export interface NamedFilm {
  readonly name: string;
  readonly film: Film;
}

/** Films of a folder in the order of their names: the first of each `every`. */
export async function films(folder: string, every = 1): Promise<NamedFilm[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
  const some = names.filter((_, i) => i % every === 0);
  return Promise.all(some.map(async (name) => ({ name, film: await readFilm(join(folder, name)) })));
}

const hasher = new Hasher();

export const registrableOf = async (film: Film) => registrable(await ingested(film));

export function searchOf(of: readonly Registrable[]): CandidateSearch {
  const hashes = of.flatMap(({ relief }) => [...hasher.relief(relief)]);
  return new CandidateSearch(new PhashIndex(Uint32Array.from(hashes)));
}

/** Whether the gate finds that a film of an external set is this one. */
export async function isFound(external: Film, training: Film): Promise<boolean> {
  const [e, t] = await Promise.all([external, training].map(registrableOf));
  return searchOf([t as Registrable])
    .external((e as Registrable).relief, () => true)
    .some(
      ({ pose }) => registeredCorrelation(t as Registrable, e as Registrable, affineOf(pose)) >= SAME_PATIENT,
    );
}

/** A kind of copy is found where of so many films one is missed at most: of fewer, none. */
const MISSES_ONE_OF = 25;

/** Transformed copies are found, of each kind 24 of 25. */
export function findCopies(of: readonly NamedFilm[]): void {
  test.each(FOUND)('%s: is found, whichever of the two is external', async (_, transform) => {
    const missed = { copies: [] as string[], originals: [] as string[] };
    for (const { name, film } of of) {
      const copy = await transform(film, name);
      if (!(await isFound(copy, film))) missed.copies.push(name);
      if (!(await isFound(film, copy))) missed.originals.push(name);
    }
    for (const [external, names] of Object.entries(missed)) {
      const most = Math.floor(of.length / MISSES_ONE_OF);
      expect(names.length, `external ${external} that are missed: ${names}`).toBeLessThanOrEqual(most);
    }
  });
}

/** No film is taken for one of another patient. */
export async function expectDistinct(all: readonly NamedFilm[]): Promise<void> {
  const parts = await Promise.all(all.map(({ film }) => registrableOf(film)));
  const search = searchOf(parts);
  for (const [i, one] of parts.entries()) {
    const isOther = (n: number) => all[n]?.name.slice(0, 8) !== all[i]?.name.slice(0, 8);
    const found = search
      .external(one.relief, isOther)
      .filter(
        ({ film, pose }) =>
          registeredCorrelation(parts[film] as Registrable, one, affineOf(pose)) >= SAME_PATIENT,
      );
    expect(found, all[i]?.name).toEqual([]);
  }
}
