import type { Film } from '../dicom/header/film.ts';
import type { IdKind, Pseudonyms } from '../files/pseudonym.ts';
import { otherForm } from '../tables/id-form.ts';
import { viewSpelling } from '../view/normal-text.ts';

/** What a film's header says, its ids and texts under other names: what may be kept. */
export interface FilmFacts extends Omit<Film, 'sopInstance' | 'study' | 'accession' | 'patient'> {
  readonly image: string | null;
  readonly study: string | null;
  readonly accession: string | null;
  readonly patient: string | null;
  /** of the patient's id without zeros in front, decimals and blanks, where it has some */
  readonly patientForm: string | null;
}

/** What texts of headers mean, by the names that `FilmFacts` has for them. */
export function headerTexts<Meaning>(
  meanings: Readonly<Record<string, Meaning>>,
  pseudonyms: Pseudonyms,
): ReadonlyMap<string, Meaning> {
  return new Map(
    Object.entries(meanings).map(([text, meaning]) => [pseudonyms.of('text', viewSpelling(text)), meaning]),
  );
}

/** @param pseudonyms null where the ids are published: then those of the label table are used, and the header's not kept */
export function filmFacts(film: Film, pseudonyms: Pseudonyms | null): FilmFacts {
  const { sopInstance, study, accession, patient, ...facts } = film;
  const renamed = (kind: IdKind, id: string | null) =>
    id === null || pseudonyms === null ? null : pseudonyms.of(kind, id);
  const { unread } = film.view;
  const isConcealed = unread !== null && pseudonyms !== null;
  return {
    ...facts,
    view: isConcealed ? { ...film.view, unread: pseudonyms.of('text', unread) } : film.view,
    image: renamed('image', sopInstance),
    study: renamed('study', study),
    accession: renamed('accession', accession),
    patient: renamed('patient', patient),
    patientForm: renamed('patient', otherForm(patient)),
  };
}
