import { parseAge } from '../../tables/age.ts';
import { sexOf } from '../../tables/sex.ts';
import { patientIdOf } from '../../tables/table-ids.ts';
import type { Values } from './data-set.ts';
import { dicomView, type HeaderView } from './view.ts';

/** What a film's own header says of it, beside its pixels. Ids are the originals: they go no further than pseudonyms. */
export interface Film {
  readonly sopInstance: string | null;
  readonly study: string | null;
  readonly accession: string | null;
  readonly patient: string | null;
  readonly view: HeaderView;
  readonly ageYears: number | null;
  readonly sex: 'F' | 'M' | null;
  /** true: words or faces may be burnt into the pixels */
  readonly burnedIn: boolean;
}

export function filmOf(values: Values): Film {
  return {
    sopInstance: values.text('SOPInstanceUID'),
    study: values.text('StudyInstanceUID'),
    accession: values.text('AccessionNumber'),
    patient: patientIdOf(values.text('PatientID') ?? ''),
    view: dicomView(values),
    ageYears: ageOf(values),
    sex: sexOf(values.text('PatientSex')),
    burnedIn: values.text('BurnedInAnnotation') === 'YES',
  };
}

/** The age as it is written; else from birth to study, where both dates are. */
function ageOf(values: Values): number | null {
  const stated = values.text('PatientAge');
  if (stated !== null) return parseAge(stated);
  const [birth, study] = [values.text('PatientBirthDate'), values.text('StudyDate')].map(dateNumber);
  if (birth == null || study == null) return null;
  return parseAge(String(Math.floor((study - birth) / 10_000)));
}

/** A date as the number YYYYMMDD: the difference of two, over 10,000, is whole years. */
function dateNumber(text: string | null): number | null {
  return text !== null && /^\d{8}$/.test(text) ? Number(text) : null;
}
