import type { IdMapConfig } from '@viewgap/contracts';
import { isPlainId } from '../tables/file-name.ts';
import { readRows } from '../tables/mapped-table.ts';
import type { BadRow, SourceRow, SourceTable } from '../tables/rows/adapter.ts';
import { nihPatient } from './nih-chestxray14.ts';

/** Who a film is elsewhere, by its name here. */
export type IdMap = ReadonlyMap<string, Pick<SourceRow, 'patientId' | 'sameAs'>>;

/** Reads an id map. A `sameAs` must be the name of an image of NIH; its patient is NIH's unless the map has another. */
export async function readIdMap(config: IdMapConfig, table: SourceTable, bad: BadRow[]): Promise<IdMap> {
  const wanted = {
    image: [config.image],
    ...(config.sameAs === undefined ? {} : { sameAs: [config.sameAs] }),
    ...(config.patient === undefined ? {} : { patient: [config.patient] }),
  };
  const map = new Map<string, Pick<SourceRow, 'patientId' | 'sameAs'>>();
  for await (const { ref, cells } of readRows(
    table,
    wanted as Record<'image' | 'sameAs' | 'patient', string[]>,
    bad,
    config,
  )) {
    const { image, sameAs = '', patient = '' } = cells;
    const ofNih = nihPatient(sameAs);
    if (sameAs !== '' && ofNih === null) bad.push({ ref, detail: 'not the name of an image of NIH' });
    else if (patient !== '' && !isPlainId(patient)) bad.push({ ref, detail: 'a malformed patient id' });
    else map.set(image, { patientId: patient || ofNih, sameAs: sameAs || null });
  }
  return map;
}

/** The row under its other name. */
export function identified(row: SourceRow, map: IdMap): SourceRow {
  const found = map.get(row.imageId);
  if (!found) return row;
  const named = found.patientId === null ? {} : { patientId: found.patientId, isMapped: true as const };
  return { ...row, sameAs: found.sameAs, ...named };
}
