import { queryRows } from '@viewgap/artifacts';
import type { CatalogConfig } from '@viewgap/contracts';
import { hashUniform } from '@viewgap/stats';
import { type Connection, textTable } from '../sql.ts';

/** Two patients who are one. */
export type Link = readonly [string, string];

/**
 * Patients who are the same, through any chain of links. Each patient's canonical id is the smallest of those that
 * are the same.
 * @returns canonical id by patient id, for every patient of a link
 */
export function canonicalPatients(links: Iterable<Link>): Map<string, string> {
  const parents = new Map<string, string>();
  const find = (patient: string): string => {
    let root = patient;
    for (let up = parents.get(root); up !== undefined && up !== root; up = parents.get(root)) root = up;
    parents.set(patient, root);
    return root;
  };
  for (const [a, b] of links) {
    const [one, other] = [find(a), find(b)];
    if (one < other) parents.set(other, one);
    else parents.set(one, other);
  }
  return new Map([...parents.keys()].map((patient) => [patient, find(patient)]));
}

/** Whoever shares a file, the pixels, the form of an id, an id map's film or a look-alike is one. */
const LINKS = `
  ${['file_sha256', 'pixel_sha256', 'form']
    .map(
      (key) => `
  select distinct patient as a, owner as b
  from record join (
    select ${key}, min(patient) as owner from record where ${key} <> ''
    group by all having min(patient) <> max(patient)) using (${key})
  where patient <> owner`,
    )
    .join(' union ')}
  union select distinct a.patient, b.patient from record a join record b on a.same_as = b.image_id and b.of_nih
  where a.patient <> b.patient
  union select distinct a.patient, b.patient from look_alike
    join record a on a.source = source_a and a.image_id = image_a
    join record b on b.source = source_b and b.image_id = image_b
  where a.patient <> b.patient
  order by all`;

/** Replaces `record.patient` by the canonical one. Needs the tables `record` and `look_alike`. */
export async function resolvePatients(connection: Connection): Promise<void> {
  const links = await queryRows<{ a: string; b: string }>(connection, LINKS);
  const canonical = canonicalPatients(links.map(({ a, b }) => [a, b]));
  await textTable(connection, 'canonical', ['patient', 'known_as'], canonical);
  await connection.run(
    `update record set patient = known_as from canonical
     where record.patient = canonical.patient and known_as <> canonical.patient`,
  );
}

/**
 * Split of a patient of the training sources: the official one of the patient's images where they agree, else a pure
 * function of the patient and the seed. An official `train-val` leaves the choice between those two to the hash.
 */
export function splitOfPatient(
  patient: string,
  { seed, splits }: Pick<CatalogConfig, 'seed' | 'splits'>,
  official: string | null = null,
): 'train' | 'val' | 'test' {
  if (official === 'train' || official === 'val' || official === 'test') return official;
  const open = official === 'train-val' ? splits.train + splits.val : 1;
  const at = hashUniform('split', seed, patient) * open;
  if (at < splits.train) return 'train';
  return at < splits.train + splits.val ? 'val' : 'test';
}

/** Makes the table `patient_split`: a split for each patient of the training sources. */
export async function splitPatients(connection: Connection, config: CatalogConfig): Promise<void> {
  const patients = await queryRows<{ patient: string; official: string | null }>(
    connection,
    `select patient,
       case when count(own_split) > 0 and min(own_split) = max(own_split) then min(own_split) end as official
     from record where role = 'train' group by patient`,
  );
  await textTable(connection, 'patient_split', ['patient', 'split'], splitRows(patients, config));
}

function* splitRows(
  patients: readonly { readonly patient: string; readonly official: string | null }[],
  config: CatalogConfig,
): Iterable<readonly string[]> {
  for (const { patient, official } of patients) yield [patient, splitOfPatient(patient, config, official)];
}
