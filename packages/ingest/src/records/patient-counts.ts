import { counted, type SourceConfig } from '@viewgap/contracts';

/** How the films of a source are spread over patients. */
export interface PatientCounts {
  readonly films: number;
  /** films without a patient id */
  readonly unnamed: number;
  /** different ids */
  readonly patients: number;
  /** films of the id that has most */
  readonly largest: number;
}

/** The setting of a source that is asked for where its ids cannot be used. */
export const PATIENT_IDS_CURE =
  'name the column of patients or an `idMap`; else `"patientIds": "as-given"` of the source goes on with these ids, and "ignored" takes each film for a patient of its own';

/** A share that no one patient has of LARGE_FROM films or more. */
const LARGE_SHARE = 0.05;
const LARGE_FROM = 100;

/** @param ids of each film's patient; null where it is not known */
export function patientCountsOf(ids: Iterable<string | null>): PatientCounts {
  const counts = new Map<string, number>();
  let [films, unnamed, largest] = [0, 0, 0];
  for (const id of ids) {
    films++;
    if (id === null) {
      unnamed++;
      continue;
    }
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    largest = Math.max(largest, count);
  }
  return { films, unnamed, patients: counts.size, largest };
}

/** What is asked of a source's ids. */
export interface AskedOfIds {
  readonly patientIds: SourceConfig['patientIds'];
  /** false: the layout does not tell whose films they are, and nobody can name a column that does */
  readonly namesPatients?: false | undefined;
}

/** Why these ids cannot tell patients apart, so that no split by patient can be made; null where they can, or need not. */
export function patientFault(
  { films, unnamed, patients, largest }: PatientCounts,
  { patientIds, namesPatients }: AskedOfIds,
): string | null {
  if (films < 2 || patientIds !== 'checked' || (namesPatients === false && patients === 0)) return null;
  if (unnamed * 2 > films) return `${unnamed} of ${films} films have no patient id`;
  const named = films - unnamed;
  if (named < 2 || largest * 2 <= named) return null;
  return patients === 1
    ? `all ${named} films with a patient id have the same one`
    : `one patient id has ${largest} of ${films} films`;
}

/** What a person should know of ids that can be used, as lines. */
export function patientDoubts({ films, unnamed, patients, largest }: PatientCounts): string[] {
  const lines: string[] = [];
  if (unnamed > 0) {
    const each = unnamed === 1 ? 'it counts' : 'each counts';
    lines.push(
      `${counted(unnamed, 'film')} of ${films} without a patient id: ${each} as a patient of its own`,
    );
  }
  if (patients > 1 && patients === films - unnamed) {
    lines.push(
      `one film for each patient (${patients} of ${patients}): if patients have several films, these ids do not tell patients apart, and the split is not by patient`,
    );
  }
  if (films >= LARGE_FROM && largest > LARGE_SHARE * films) {
    lines.push(`one patient id has ${largest} of ${films} films: is it a placeholder?`);
  }
  return lines;
}
