import type { SourceRow } from './rows/adapter.ts';
import { UNSAID } from './rows/statement.ts';

/** A row of which nothing is known but its image: an adapter writes down what its table says beside that. */
export const UNKNOWN_ROW: Omit<SourceRow, 'ref' | 'imageId' | 'labelSet'> = {
  patientId: null,
  studyId: null,
  view: 'unknown',
  viewSource: 'none',
  viewConflict: false,
  supine: null,
  ageYears: null,
  sex: null,
  supportDevices: null,
  noFinding: null,
  labels: UNSAID,
  officialSplit: null,
  sameAs: null,
};
