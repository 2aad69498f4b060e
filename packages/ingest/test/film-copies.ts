import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Film, ingested, readFilm, TRANSFORMS } from '../bench/film-transforms.ts';
import { lookOf, lookProbes, nearFilms, SAME_PATIENT } from '../src/lookalikes/phash.ts';
import { LookIndex } from '../src/lookalikes/phash-index.ts';
import { registeredCorrelation, registrable } from '../src/lookalikes/registration.ts';

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

/** Whether the gate finds that a film of an external set is this one. */
export async function isFound(external: Film, training: Film): Promise<boolean> {
  const [e, t] = await Promise.all([ingested(external), ingested(training)]);
  const { whole, inner } = lookOf(t);
  const near = nearFilms(lookProbes(e), new LookIndex(whole), new LookIndex(inner));
  return near.size > 0 && registeredCorrelation(registrable(e), registrable(t)) >= SAME_PATIENT;
}

/** Each transformed copy of each film is found. */
export function findCopies(of: readonly NamedFilm[]): void {
  test.each(Object.entries(TRANSFORMS).filter(([kind]) => !kind.includes('every end')))(
    '%s: is found, whichever of the two is external',
    async (_, transform) => {
      for (const { name, film } of of) {
        const copy = await transform(film, name);
        expect(await isFound(copy, film), name).toBe(true);
        expect(await isFound(film, copy), name).toBe(true);
      }
    },
  );
}

/** No film is taken for one of another patient. */
export async function expectDistinct(all: readonly NamedFilm[]): Promise<void> {
  for (const [i, { name, film }] of all.entries()) {
    for (const other of all.slice(0, i)) {
      if (other.name.slice(0, 8) !== name.slice(0, 8)) expect(await isFound(film, other.film)).toBe(false);
    }
  }
}
