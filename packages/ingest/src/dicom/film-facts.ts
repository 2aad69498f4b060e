import type { Pseudonyms } from '../pseudonym.ts';
import type { Film } from './film.ts';

/** What a film's header says, its ids under other names: what may be kept. */
export interface FilmFacts extends Omit<Film, 'sopInstance' | 'study' | 'accession' | 'patient'> {
  readonly image: string | null;
  readonly study: string | null;
  readonly accession: string | null;
  readonly patient: string | null;
}

export function concealed(film: Film, pseudonyms: Pseudonyms): FilmFacts {
  const { sopInstance, study, accession, patient, ...facts } = film;
  return {
    ...facts,
    image: sopInstance && pseudonyms.of('image', sopInstance),
    study: study && pseudonyms.of('study', study),
    accession: accession && pseudonyms.of('accession', accession),
    patient: patient && pseudonyms.of('patient', patient),
  };
}
