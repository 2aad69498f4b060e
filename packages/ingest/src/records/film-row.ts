import { isFrontal, type View } from '@viewgap/contracts';
import type { Reading } from '../read/decoded.ts';
import type { FilmFacts } from '../read/film-facts.ts';
import { idForm } from '../tables/id-form.ts';
import type { Contradiction, SourceRow } from '../tables/rows/adapter.ts';
import type { Pairing, Quarantined } from './pairing.ts';

/** Years by which a row's age may differ from the header's: people round, and count from another day or, in Korea, from one. */
const AGE_TOLERANCE = 2;

/** How a source's rows and headers are to be understood. */
export interface HeaderRules {
  /** whether a row is of a whole study, whose films may be of several views */
  readonly ofStudy?: boolean;
  /** what texts of headers mean that the grammar does not know, by their names in `FilmFacts` */
  readonly views?: ReadonlyMap<string, View>;
}

/**
 * What a film's row and its header say together of its view, its patient's age and sex. The row's word goes before the
 * header's; where they contradict each other, that is kept.
 */
export function withHeader(row: SourceRow, film: FilmFacts, rules: HeaderRules = {}): SourceRow {
  const patient = headerPatient(row, film);
  return {
    ...row,
    ...viewOf(row, film, rules),
    supine: row.supine ?? film.view.supine,
    ageYears: row.ageYears ?? film.ageYears,
    sex: row.sex ?? film.sex,
    headerPatient: patient,
    contradictions: [
      ...(patient === 'other' ? (['other-patient'] as const) : []),
      ...contradictionsOf(row, film),
    ],
  };
}

/** By the ids' forms: `0015` and `15` are one patient. Of published sources no header's id is kept. */
function headerPatient({ patientId, patientForm }: SourceRow, film: FilmFacts): SourceRow['headerPatient'] {
  if (patientId === null || film.patient === null) return undefined;
  return idForm(patientForm ?? patientId) === idForm(film.patientForm ?? film.patient) ? 'same' : 'other';
}

function contradictionsOf(row: SourceRow, film: FilmFacts): Contradiction[] {
  const years = row.ageYears === null || film.ageYears === null ? 0 : row.ageYears - film.ageYears;
  return [
    ...(row.sex !== null && film.sex !== null && row.sex !== film.sex ? (['other-sex'] as const) : []),
    ...(Math.abs(years) > AGE_TOLERANCE ? (['other-age'] as const) : []),
  ];
}

/**
 * The row's word goes before the header's, unless it is one on all films of the source (`documented`). Where the
 * two name different views the contradiction is kept. A film that its row calls AP or PA and its header lateral or oblique
 * is believed to be neither; where the row is of a study, the film is what its header says.
 */
function viewOf(
  row: SourceRow,
  { view: header }: FilmFacts,
  { ofStudy = false, views }: HeaderRules,
): Pick<SourceRow, 'view' | 'viewSource' | 'viewConflict'> {
  const listed = header.unread === null ? undefined : views?.get(header.unread);
  const stated = listed === undefined ? header : { ...header, view: listed, source: 'text' as const };
  const differ = (a: View, b: View) => a !== 'unknown' && b !== 'unknown' && a !== b;
  const viewConflict =
    row.viewConflict ||
    header.conflict ||
    differ(row.view, stated.view) ||
    (listed !== undefined && differ(listed, header.view));
  const said = {
    view: stated.view,
    viewSource: stated.view === 'unknown' ? 'none' : stated.source,
    viewConflict,
  };
  const isOwn = row.view !== 'unknown' && row.viewSource !== 'documented';
  if (isFrontal(row.view) && (stated.view === 'LATERAL' || header.isOther) && listed === undefined) {
    if (ofStudy || !isOwn) return said;
    return { view: 'unknown', viewSource: 'none', viewConflict: true };
  }
  return isOwn || stated.view === 'unknown'
    ? { view: row.view, viewSource: row.viewSource, viewConflict }
    : said;
}

/** Why a film is not used, as far as its header and its row can tell. */
export function leftOut(row: SourceRow, film: FilmFacts): Omit<Quarantined, 'ref'> | null {
  if (film.burnedIn) return { reason: 'burned-in', detail: '' };
  return row.view === 'LATERAL' ? { reason: 'lateral', detail: '' } : null;
}

/**
 * The pairs of a table that names its images by their paths, with what the headers of those that are DICOM say. A
 * film that its header shows to be a lateral one, or to bear words, goes from the pairs to the quarantine.
 */
export function withHeaders(pairing: Pairing, readings: readonly Reading[]): Pairing {
  const films = new Map(
    readings.flatMap((reading) =>
      reading.outcome === 'usable' && reading.film !== null ? [[reading.file.path, reading.film]] : [],
    ),
  );
  if (films.size === 0) return pairing;
  const quarantined = [...pairing.quarantined];
  const pairs = pairing.pairs.flatMap((pair) => {
    const film = films.get(pair.file.path);
    if (film === undefined) return [pair];
    const row = withHeader(pair.row, film);
    const out = leftOut(row, film);
    if (out === null) return [{ ...pair, row }];
    quarantined.push({ ref: pair.file.path, ...out });
    return [];
  });
  return { ...pairing, pairs, quarantined };
}
