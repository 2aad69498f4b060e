import type { LayoutConfig } from '@viewgap/contracts';
import type { ParsedTable, SourceRow } from './adapter.ts';
import type { FilmFacts } from './dicom/film-facts.ts';
import { leftOut, withHeader } from './film-row.ts';
import type { Pairing, Quarantined } from './pairing.ts';
import type { IdKind, Pseudonyms } from './pseudonym.ts';
import type { Reading } from './reading.ts';

export type JoinBy = LayoutConfig<'dicom-folder'>['joinBy'];

const KINDS: Readonly<Record<JoinBy, IdKind>> = {
  SOPInstanceUID: 'image',
  AccessionNumber: 'accession',
  path: 'path',
};

/**
 * Brings films that were read together with their rows, by a pseudonym that both have. All films of a study share the
 * row of its accession number. What the table says goes before what the header says, and where the two name
 * different views the contradiction is kept. Every file and every row comes out: in a pair, or with a reason.
 */
export function pairFilms(
  readings: readonly Reading[],
  table: ParsedTable,
  joinBy: JoinBy,
  pseudonyms: Pseudonyms,
): Pairing {
  const kind = KINDS[joinBy];
  const quarantined: Quarantined[] = table.bad.map(({ ref, detail }) => ({ ref, reason: 'bad-row', detail }));
  const rows = new Map<string, SourceRow>();
  for (const row of table.rows) {
    const key = pseudonyms.of(kind, row.imageId);
    const first = rows.get(key);
    if (first === undefined) rows.set(key, row);
    else quarantined.push({ ref: row.ref, reason: 'duplicate-row', detail: `after ${first.ref}` });
  }
  const used = new Set<string>();
  const seen = new Map<string, string>();
  const pairs: Pairing['pairs'][number][] = [];
  for (const reading of readings) {
    const { file } = reading;
    // Reading it found out why it cannot be used; that is told where readings are.
    if (reading.outcome === 'rejected') {
      if (joinBy === 'path' && rows.has(file.path)) used.add(file.path);
      continue;
    }
    const aside = (reason: Quarantined['reason'], detail = '') =>
      quarantined.push({ ref: file.path, reason, detail });
    const { film } = reading;
    if (film === null) {
      aside('unreadable', 'not a DICOM file');
      continue;
    }
    const key = joinBy === 'path' ? file.path : joinBy === 'AccessionNumber' ? film.accession : film.image;
    const row = key === null ? undefined : rows.get(key);
    if (key !== null && row !== undefined) used.add(key);
    const imageId = film.image ?? pseudonyms.of('image', reading.fileSha256);
    const first = seen.get(imageId);
    if (first !== undefined) {
      aside('duplicate-file', `after ${first}`);
      continue;
    }
    seen.set(imageId, file.path);
    if (row === undefined) {
      aside('no-label-row');
      continue;
    }
    const joined = joinedRow(row, film, imageId, pseudonyms);
    const out = leftOut(joined, film);
    if (out === null) pairs.push({ file, row: joined });
    else aside(out.reason, out.detail);
  }
  for (const [key, row] of rows) {
    if (!used.has(key)) quarantined.push({ ref: row.ref, reason: 'no-image', detail: '' });
  }
  pairs.sort((a, b) => (a.row.imageId < b.row.imageId ? -1 : 1));
  return { pairs, matched: used.size, quarantined };
}

function joinedRow(row: SourceRow, film: FilmFacts, imageId: string, pseudonyms: Pseudonyms): SourceRow {
  const { patientId, studyId } = row;
  return {
    ...withHeader(row, film),
    imageId,
    patientId: patientId === null ? film.patient : pseudonyms.of('patient', patientId),
    studyId: studyId === null ? film.study : pseudonyms.of('study', studyId),
  };
}
