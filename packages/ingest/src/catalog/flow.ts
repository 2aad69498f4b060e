import { QUARANTINE_REASONS, type QuarantineReason, SPLITS, VIEWS } from '@viewgap/contracts';
import { type Connection, runAll } from '../sql.ts';
import type { CatalogSource } from './catalog-record.ts';

/** Reasons that the catalog itself finds, after the records. */
const OF_CATALOG: readonly QuarantineReason[] = ['duplicate-image', 'overlap'];

/**
 * Fills `flow`, from rows and files to splits, source by source, then all together: for each source
 * `rows + files - pairs = records + what ingest did not use`, and `records = used + what the catalog did not use`.
 * Needs `record`, `quarantine` and `images`.
 */
export async function fillFlow(connection: Connection, sources: readonly CatalogSource[]): Promise<void> {
  await connection.run(
    'create temp table step (source varchar, name varchar, images integer, patients integer, note varchar, place integer)',
  );
  for (const { name, artifact } of sources) {
    const { images = 0, rows = 0, pairs = 0 } = artifact.manifest.counts;
    const given = Object.entries({
      'rows of the label table': rows,
      'image files': images,
      'image files with a row': pairs,
    });
    await runAll(connection, [
      `insert into step values ${given
        .map(([step, count], i) => `('${name}', '${step}', ${count}, null, '', ${i})`)
        .join(', ')}`,
    ]);
  }
  const reasons = Object.entries(QUARANTINE_REASONS) as [QuarantineReason, string][];
  await runAll(connection, [
    ...reasons.map(([reason, note], i) => {
      const after = OF_CATALOG.includes(reason);
      const always = reason === 'duplicate-image';
      return `insert into step
        select source, 'not used: ${reason}', count(*) filter (reason = '${reason}'), null, '${note}',
          ${(after ? 200 : 100) + i}
        from (select source, reason from quarantine union all select distinct source, null from step)
        group by source ${always ? '' : `having count(*) filter (reason = '${reason}') > 0`}`;
    }),
    `insert into step select source, 'records', count(*), count(distinct patient),
       if(count(patient_id) = count(*), '', concat(count(*) - count(patient_id),
         ' without a patient id, each of which counts as a patient of its own')), 150
     from record group by source`,
    ...usedSteps('source', 'group by source'),
    ...(sources.length > 1 ? usedSteps(`'all'`, '') : []),
    `insert into flow
       select row_number() over (order by source = 'all', source, place), source, name, images, patients, note
       from step order by 1`,
  ]);
}

function usedSteps(source: string, group: string): string[] {
  const step = (name: string, where: string, place: number) =>
    `insert into step select ${source}, '${name}', count(*), count(distinct patient_id), '', ${place}
       from images where ${where} ${group} ${group === '' ? 'having count(*) > 0' : ''}`;
  return [
    step('used', 'true', 300),
    ...VIEWS.map((view, i) => step(`view ${view}`, `view = '${view}'`, 310 + i)),
    ...SPLITS.map((split, i) => step(`split ${split}`, `split = '${split}'`, 320 + i)),
  ];
}
