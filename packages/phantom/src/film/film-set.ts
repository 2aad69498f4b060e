import type { PhantomConfig } from '@viewgap/contracts';
import { type Film, type FilmView, filmOf, type Patient, patientOf } from './patient.ts';

/** What a source of phantoms holds, before it takes the shape of a layout. */
export interface FilmSet {
  /** as many frontal films as were asked for, patient by patient */
  readonly films: readonly Film[];
  /** the k-th spare film, of a patient who has no other: for ambiguous and broken inputs */
  readonly spare: (k: number, view?: FilmView) => Film;
  /** the first film's patient from the side, in the same study */
  readonly lateral: Film;
}

/** Patients from here on have no films but spare ones. */
const SPARE_PATIENTS = 900_000;
const SPARES = 16;

/** @param only a view, where the data set has no other */
export function filmSet(
  { images, seed, firstPatient, views }: PhantomConfig,
  only: 'PA' | null = null,
): FilmSet {
  const films: Film[] = [];
  for (let number = firstPatient; films.length < images; number++) {
    const patient = patientOf(seed, number);
    patient.views.forEach((view, image) => {
      if (films.length < images) films.push(filmOf(patient, image, only ?? view, views));
    });
  }
  const first = films[0] as Film;
  return {
    films,
    spare: (k, view = 'PA') => {
      const patient: Patient = patientOf(seed, SPARE_PATIENTS + SPARES * firstPatient + k);
      return filmOf(patient, 0, view, views);
    },
    lateral: { ...first, view: 'LATERAL', lesions: [] },
  };
}
