import { queryRows } from '@viewgap/artifacts';
import { type CatalogConfig, UserError } from '@viewgap/contracts';
import { refuseRejections } from '../records/rejections.ts';
import { type Connection, countRows, runAll } from '../sql.ts';
import type { CatalogSource } from './catalog-record.ts';

/**
 * Two sources that share a film or a patient, shown by the first image in each. `film`: file, pixels or an id map say
 * that it is the same; `look`: its registered pixels do.
 */
interface Overlap {
  readonly kind: 'film' | 'look' | 'patient';
  readonly source_a: string;
  readonly image_a: string;
  readonly source_b: string;
  readonly image_b: string;
}

const ACTIONS = {
  refuse: 'refused',
  'exclude-train': 'excluded from training',
  'exclude-test': 'excluded from the external set',
} as const;

/** The first image of each source that has the key, for every key that several sources have. */
function firsts(key: string): string {
  return `select ${key} as key, source, min(image_id) as image_id from images
    where ${key} in (select ${key} from images where ${key} <> '' group by ${key} having count(distinct source) > 1)
    group by all`;
}

function pairs(kind: Overlap['kind'], key: string): string {
  return `select '${kind}' as kind, a.source as source_a, a.image_id as image_a,
      b.source as source_b, b.image_id as image_b, null::double as correlation
    from (${firsts(key)}) a join (${firsts(key)}) b on a.key = b.key and a.source < b.source`;
}

/**
 * Fills `overlap` with every film and every patient that two sources share, and marks `images.overlap`: patients of a
 * training and of an external set. Needs `images` and `look_alike`.
 */
export async function findOverlaps(connection: Connection, { overlap }: CatalogConfig): Promise<void> {
  const action = ACTIONS[overlap];
  await runAll(connection, [
    `update images set overlap = true where patient_id in (
       select patient_id from images group by patient_id having count(distinct role) > 1)`,
    `insert into overlap
       with found as (
         (${pairs('film', 'file_sha256')}) union (${pairs('film', 'pixel_sha256')}) union (
           select 'film', least(a.source, b.source), if(a.source < b.source, a.image_id, b.image_id),
             greatest(a.source, b.source), if(a.source < b.source, b.image_id, a.image_id), null
           from images a join images b on a.same_as = b.image_id
             and b.source in (select distinct source from record where of_nih)
           where a.source <> b.source)
         union (
           select 'look', source_a, image_a, source_b, image_b, correlation from look_alike
           where source_a <> source_b)
         union (${pairs('patient', 'patient_id')}))
       select kind, source_a, image_a, a.split, source_b, image_b, b.split, correlation,
         case when a.role <> b.role then '${action}' when a.role = 'external' then 'kept, both external'
           else 'kept, same split' end
       from found join images a on a.source = source_a and a.image_id = image_a
         join images b on b.source = source_b and b.image_id = image_b
       order by all`,
  ]);
}

/**
 * The gate between training and external sets, closed by default.
 * @param publicIds whether a source's ids may be shown
 * @param list path of a csv that receives the whole list
 * @throws UserError with the first shared films and patients
 */
export async function refuseOverlaps(
  connection: Connection,
  publicIds: (source: string) => boolean,
  list: string,
): Promise<void> {
  const leaks = await queryRows<Overlap>(
    connection,
    `select kind, source_a, image_a, source_b, image_b from overlap where action = '${ACTIONS.refuse}' order by all`,
  );
  if (leaks.length === 0) return;
  await connection.run(`copy (from overlap order by all) to '${list.replaceAll("'", "''")}' (header)`);
  const count = (kind: Overlap['kind']) => leaks.filter((leak) => leak.kind === kind).length;
  const shown = leaks
    .filter((leak) => publicIds(leak.source_a) && publicIds(leak.source_b))
    .slice(0, 5)
    .map((leak) => `${leak.kind} ${leak.source_a}/${leak.image_a} = ${leak.source_b}/${leak.image_b}`);
  const sources = [...new Set(leaks.map((leak) => `${leak.source_a} and ${leak.source_b}`))];
  const counts = `${count('film')} films, ${count('look')} by their look, ${count('patient')} patients`;
  throw new UserError(
    'an external set shares films or patients with a training set',
    [`${sources.join(', ')}: ${counts}`, ...shown].join('; '),
    `all of them in ${list}; set catalog.overlap to exclude-train or exclude-test, or give both the same role`,
  );
}

/** Takes the patients of both sides out of one of them, into the quarantine. */
export async function excludeOverlaps(connection: Connection, { overlap }: CatalogConfig): Promise<void> {
  if (overlap === 'refuse') return;
  const [out, stays] = overlap === 'exclude-train' ? ['train', 'external'] : ['external', 'train'];
  await runAll(connection, [
    `insert into quarantine
       select source, image_id, 'overlap', 'the patient stays in a set of role ${stays}' from images
       where overlap and role = '${out}' order by all`,
    `delete from images where overlap and role = '${out}'`,
  ]);
  const left = await countRows(connection, `images where role = '${out}'`);
  if (left > 0) return;
  throw new UserError(
    `no image of role ${out} is left`,
    `overlap: ${overlap}`,
    'choose another rule or other sets',
  );
}

/** @throws UserError where a source lost more of its records to another one than its config allows */
export async function refuseLostPatients(
  connection: Connection,
  sources: readonly CatalogSource[],
): Promise<void> {
  for (const { name, facts, artifact } of sources) {
    const { overlap: share } = facts.maxRejected;
    if (share === undefined) continue;
    const overlap = await countRows(connection, `quarantine where source = '${name}' and reason = 'overlap'`);
    const inputs = artifact.manifest.counts.records ?? 0;
    refuseRejections({ overlap }, inputs, { overlap: share }, 'with catalog.overlap: refuse');
  }
}
