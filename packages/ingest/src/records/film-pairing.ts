import type { View } from '@viewgap/contracts';
import type { IdKind, Pseudonyms } from '../files/pseudonym.ts';
import type { Reading, UsableReading } from '../read/decoded.ts';
import { type FilmFacts, headerTexts } from '../read/film-facts.ts';
import { otherForm } from '../tables/id-form.ts';
import { nearMatches, renamedRows } from '../tables/near-names.ts';
import type { JoinBy, JoinNormalise, ParsedTable, SourceRow } from '../tables/rows/adapter.ts';
import { type HeaderRules, leftOut, withHeader } from './film-row.ts';
import { badRows, groupBy, type OneRow, oneRow, type Pairing, type Quarantined } from './pairing.ts';

const KINDS: Readonly<Record<JoinBy, IdKind>> = {
  SOPInstanceUID: 'image',
  AccessionNumber: 'accession',
  path: 'path',
};

/** How pipeline.json brings films together with rows. */
export interface FilmJoin {
  readonly joinBy: JoinBy;
  readonly normalise?: JoinNormalise;
  /** what texts of headers mean that the grammar of views does not know */
  readonly views?: Readonly<Record<string, View>>;
}

/**
 * Brings films that were read together with their rows, by a pseudonym that both have. All films of a study share the
 * row of its accession number. What the table says goes before what the header says, and where the two name
 * different views the contradiction is kept. Rows of one name that differ set its films aside, and so do two films of
 * one SOPInstanceUID whose headers name different patients. Every file and every row comes out: in a pair, or with a
 * reason.
 */
export function pairFilms(
  readings: readonly Reading[],
  { rows: written, bad }: ParsedTable,
  { joinBy, normalise = [], views = {} }: FilmJoin,
  pseudonyms: Pseudonyms,
): Pairing {
  const kind = KINDS[joinBy];
  const rules = { ofStudy: joinBy === 'AccessionNumber', views: headerTexts(views, pseudonyms) };
  const keys = new Set(readings.map((reading) => keyOf(reading, joinBy)));
  const has = (name: string) => keys.has(pseudonyms.of(kind, name));
  const table = { rows: renamedRows(written, { has, normalise }), bad };
  const quarantined: Quarantined[] = badRows(table.bad);
  const told = new Map<string, OneRow>();
  const rowsOf = groupBy(table.rows, ({ imageId }) => pseudonyms.of(kind, imageId));
  for (const [key, rows] of rowsOf) {
    const one = oneRow(rows);
    told.set(key, one);
    for (const aside of one.aside) quarantined.push(aside);
  }
  const shared = filmsOfSeveralPatients(readings);
  const used = new Set<string>();
  const seen = new Map<string, string>();
  const pairs: Pairing['pairs'][number][] = [];
  for (const reading of readings) {
    const { file } = reading;
    const key = keyOf(reading, joinBy);
    const one = key === null ? undefined : told.get(key);
    if (key !== null && one?.row) used.add(key);
    // Reading it found out why it cannot be used; that is told where readings are. Its row is no row without an image.
    if (reading.outcome === 'rejected') continue;
    const aside = (reason: Quarantined['reason'], detail = '') =>
      quarantined.push({ ref: file.path, reason, detail });
    const { film } = reading;
    if (film === null) {
      aside('unreadable', 'not a DICOM file');
      continue;
    }
    const imageId = film.image ?? pseudonyms.of('image', reading.fileSha256);
    if (shared.has(imageId)) {
      aside('ambiguous-file', 'films of one SOPInstanceUID and of different patients');
      continue;
    }
    const first = seen.get(imageId);
    if (first !== undefined) {
      aside('duplicate-file', `after ${first}`);
      continue;
    }
    seen.set(imageId, file.path);
    if (one === undefined) {
      aside('no-label-row');
      continue;
    }
    if (one.row === null) {
      aside(one.why.reason, one.why.detail);
      continue;
    }
    const joined = { ...joinedRow(one.row, film, rules, pseudonyms), imageId };
    const out = leftOut(joined, film);
    if (out === null) pairs.push({ file, row: joined });
    else aside(out.reason, out.detail);
  }
  for (const [key, { row }] of told) {
    if (row !== null && !used.has(key)) quarantined.push({ ref: row.ref, reason: 'no-image', detail: '' });
  }
  pairs.sort((a, b) => (a.row.imageId < b.row.imageId ? -1 : 1));
  const hints = nearMatches(table.rows, { has, normalise });
  return { pairs, matched: used.size, quarantined, hints };
}

/** What of a film a table names it by, as a pseudonym. */
function keyOf(reading: Reading, joinBy: JoinBy): string | null {
  if (joinBy === 'path') return reading.file.path;
  if (reading.film === null) return null;
  return joinBy === 'AccessionNumber' ? reading.film.accession : reading.film.image;
}

/** Names of images that films of several patients bear. */
function filmsOfSeveralPatients(readings: readonly Reading[]): ReadonlySet<string> {
  const patients = new Map<string, string | null>();
  const shared = new Set<string>();
  for (const { film } of readings.filter(
    (reading): reading is UsableReading => reading.outcome === 'usable',
  )) {
    if (!film?.image) continue;
    const first = patients.get(film.image);
    if (first === undefined) patients.set(film.image, film.patient);
    else if (first !== film.patient) shared.add(film.image);
  }
  return shared;
}

function joinedRow(row: SourceRow, film: FilmFacts, rules: HeaderRules, pseudonyms: Pseudonyms): SourceRow {
  const renamed = (kind: IdKind, id: string | null) => (id === null ? null : pseudonyms.of(kind, id));
  const own = {
    patientId: renamed('patient', row.patientId),
    patientForm: renamed('patient', otherForm(row.patientId)),
  };
  return {
    ...withHeader({ ...row, ...own }, film, rules),
    ...(own.patientId === null && { patientId: film.patient, patientForm: film.patientForm }),
    studyId: renamed('study', row.studyId) ?? film.study,
  };
}
