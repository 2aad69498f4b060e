import type { SourceRow } from './rows/adapter.ts';
import { UNSAID } from './rows/statement.ts';

/** What an adapter writes down of a row: of the rest nothing is known. */
export type Stated = Partial<SourceRow> & Pick<SourceRow, 'ref' | 'imageId' | 'labelSet'>;

/** Every property, whether it is set or not. */
type Whole = { [Key in keyof Required<SourceRow>]: SourceRow[Key] };

/**
 * A row that says this and no more. All rows have the same properties in the same order, also those that are not set: V8
 * keeps a description of 480 bytes for each object whose properties come from several others, which is more than the
 * row itself takes.
 */
export function statedRow(stated: Stated): SourceRow {
  return {
    ref: stated.ref,
    imageId: stated.imageId,
    patientId: stated.patientId ?? null,
    patientForm: stated.patientForm,
    isMapped: stated.isMapped,
    headerPatient: stated.headerPatient,
    contradictions: stated.contradictions,
    studyId: stated.studyId ?? null,
    view: stated.view ?? 'unknown',
    viewSource: stated.viewSource ?? 'none',
    viewConflict: stated.viewConflict ?? false,
    supine: stated.supine ?? null,
    ageYears: stated.ageYears ?? null,
    sex: stated.sex ?? null,
    supportDevices: stated.supportDevices ?? null,
    filmSize: stated.filmSize,
    noFinding: stated.noFinding ?? null,
    labels: stated.labels ?? UNSAID,
    labelSet: stated.labelSet,
    overlays: stated.overlays,
    officialSplit: stated.officialSplit ?? null,
    sameAs: stated.sameAs ?? null,
    unusable: stated.unusable,
  } satisfies Whole;
}
