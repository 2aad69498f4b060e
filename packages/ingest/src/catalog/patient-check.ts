import { queryRows } from '@viewgap/artifacts';
import { counted, UserError } from '@viewgap/contracts';
import {
  PATIENT_IDS_CURE,
  type PatientCounts,
  patientDoubts,
  patientFault,
} from '../records/patient-counts.ts';
import { type Connection, countRows } from '../sql.ts';
import type { CatalogSource } from './catalog-record.ts';

/**
 * Stops a catalog whose split by patient would be void. Layouts that do not tell whose films they are pass: nobody can
 * name a column of theirs.
 * @throws UserError that names every source whose ids are empty, all the same, or mostly of one patient
 */
export async function refuseVoidPatients(
  connection: Connection,
  sources: readonly CatalogSource[],
): Promise<void> {
  const counts = await countsBySource(connection);
  const faults = sources.flatMap(({ name, adapter, facts }) => {
    const one = counts.get(name);
    const asked = { patientIds: facts.patientIds, namesPatients: adapter.namesPatients };
    const fault = one === undefined ? null : patientFault(one, asked);
    return fault === null ? [] : [`${name}: ${fault}`];
  });
  if (faults.length === 0) return;
  throw new UserError('patient ids that cannot tell patients apart', faults.join('; '), PATIENT_IDS_CURE);
}

/** What a person should know of whose films these are, as lines. */
export async function patientLines(
  connection: Connection,
  sources: readonly CatalogSource[],
): Promise<string[]> {
  const counts = await countsBySource(connection);
  const lines = sources.flatMap(({ name }) =>
    patientDoubts(counts.get(name) ?? NONE).map((line) => `${name}: ${line}`),
  );
  const several = await countRows(
    connection,
    '(select form from record where form is not null group by form having count(distinct patient_id) > 1)',
  );
  if (several === 0) return lines;
  const are = several === 1 ? 'has ids' : 'have ids';
  return [
    ...lines,
    `${counted(several, 'patient')} ${are} that differ in zeros in front, decimals or blanks alone, as 0015 and 15 do: taken for one each`,
  ];
}

const NONE: PatientCounts = { films: 0, unnamed: 0, patients: 0, largest: 0 };

async function countsBySource(connection: Connection): Promise<ReadonlyMap<string, PatientCounts>> {
  const rows = await queryRows<PatientCounts & { source: string }>(
    connection,
    `with each as (select source, patient_id, count(*) as n from record group by all)
     select source, sum(n)::int as films, coalesce(sum(n) filter (patient_id is null), 0)::int as unnamed,
       count(patient_id)::int as patients, coalesce(max(n) filter (patient_id is not null), 0)::int as largest
     from each group by source`,
  );
  return new Map(rows.map(({ source, ...counts }) => [source, counts]));
}
