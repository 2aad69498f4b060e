import { appendRows, CATALOG_TABLES, queryRows } from '@viewgap/artifacts';
import {
  type CatalogConfig,
  codesOf,
  type Findings,
  isPublished,
  labelColumn,
  labelSetColumn,
} from '@viewgap/contracts';
import { SAME_FILM } from '../lookalikes/registration.ts';
import { type Connection, runAll } from '../sql.ts';
import { appendSource, type CatalogSource, recordTable } from './catalog-record.ts';
import { fillCharacteristics } from './characteristics.ts';
import { findRepeats } from './duplicates.ts';
import { fillFlow } from './flow.ts';
import { resolvePatients, splitPatients } from './identity.ts';
import { fillLabelGaps } from './label-gaps.ts';
import { excludeOverlaps, findOverlaps, refuseLostPatients, refuseOverlaps } from './overlap.ts';
import { refuseVoidPatients } from './patient-check.ts';

/** DuckDB keeps to this and spills the rest to disk beside the catalog. */
const MEMORY = '2GB';

/**
 * Makes the catalog's tables from the sources' records, in SQL: at 1.6 million images JavaScript objects would take
 * more memory than the images' labels do.
 * @param refused path of the csv that lists what the gate refuses
 * @param lookAlikes fills `look_alike` from `record`
 * @param step is told what is being done
 * @throws UserError where patient ids tell nothing apart, or the gate finds something shared
 */
export async function fillCatalog(
  connection: Connection,
  sources: readonly CatalogSource[],
  config: CatalogConfig,
  findings: Findings,
  refused: string,
  lookAlikes: (connection: Connection) => Promise<void>,
  step: (name: string) => void,
): Promise<void> {
  await runAll(connection, [
    `set memory_limit = '${MEMORY}'`,
    CATALOG_TABLES,
    recordTable(findings),
    LOOK_ALIKE,
  ]);
  const codes = codesOf(findings);
  await appendRows(
    connection,
    'findings',
    codes.map((finding, place) => ({ place, finding })),
  );
  for (const source of sources) {
    step(`records of ${source.name}`);
    await appendSource(connection, source, findings);
  }
  await refuseVoidPatients(connection, sources);
  step('look-alikes');
  if (config.lookAlikes) await lookAlikes(connection);
  step('patients');
  await resolvePatients(connection);
  await findRepeats(connection, findings);
  step('splits');
  await splitPatients(connection, config);
  await runAll(connection, [TWINS, IMAGES]);
  step('overlaps');
  await findOverlaps(connection, config);
  const publicIds = new Map(sources.map(({ name, facts }) => [name, isPublished(facts)]));
  await refuseOverlaps(connection, (source) => publicIds.get(source) ?? false, refused);
  await excludeOverlaps(connection, config);
  await refuseLostPatients(connection, sources);
  step('labels');
  await runAll(connection, codes.map(labelsOf));
  step('flow');
  await fillFlow(connection, sources);
  await fillCharacteristics(connection);
  await fillLabelGaps(connection);
}

/** Pairs of films that look the same, each once, source_a and image_a first in order. */
const LOOK_ALIKE = `create temp table look_alike (
  source_a varchar, image_a varchar, source_b varchar, image_b varchar, correlation double)`;

/** For each image without a view, the same film elsewhere that has one: by id map, pixels or look, in this order. */
const TWINS = `create temp table twin as
  with blind as (select source, image_id, same_as, pixel_sha256 from record where view = 'unknown'),
  seen as (
    select source, image_id, pixel_sha256, view, age_years, sex, of_nih from record where view in ('AP', 'PA')),
  look as (
    select source_a as source, image_a as image_id, source_b as of_source, image_b as of_image, correlation
    from look_alike where correlation >= ${SAME_FILM}
    union all select source_b, image_b, source_a, image_a, correlation from look_alike
    where correlation >= ${SAME_FILM}),
  found as (
    select blind.source, blind.image_id, 1 as rank, seen.* exclude (source, image_id), seen.source as of_source,
      seen.image_id as of_image from blind join seen on same_as = seen.image_id and of_nih
    union all by name
    select blind.source, blind.image_id, 2 as rank, seen.* exclude (source, image_id), seen.source as of_source,
      seen.image_id as of_image from blind join seen using (pixel_sha256)
    union all by name
    select blind.source, blind.image_id, 4 - correlation as rank, seen.* exclude (source, image_id), seen.source as of_source,
      seen.image_id as of_image from blind join look using (source, image_id)
      join seen on seen.source = of_source and seen.image_id = of_image)
  select distinct on (source, image_id) source, image_id, view, age_years, sex
  from found order by source, image_id, rank, of_source, of_image`;

const IMAGES = `insert into images by name
  select r.source, r.role, r.image_id, r.patient as patient_id, r.patient_id is not null as patient_known, r.study_id,
    coalesce(twin.view, r.view) as view, if(twin.view is null, r.view_source, 'mapping') as view_source,
    r.view_conflict, r.supine, coalesce(r.age_years, twin.age_years) as age_years, coalesce(r.sex, twin.sex) as sex,
    r.support_devices, r.no_finding, r.official_split, r.same_as, r.width, r.height, r.file_sha256, r.pixel_sha256,
    r.phash, r.shard, r.row, if(r.role = 'external', 'external', p.split) as split, false as overlap
  from record r left join patient_split p on p.patient = r.patient
    left join twin on twin.source = r.source and twin.image_id = r.image_id
    anti join repeat on repeat.source = r.source and repeat.image_id = r.image_id
  order by r.source, r.image_id`;

function labelsOf(finding: string): string {
  return `insert into labels
    select source, image_id, '${finding}', ${labelColumn(finding)}, ${labelSetColumn(finding)}
    from record semi join images using (source, image_id) order by source, image_id`;
}

/** Counts for the manifest. */
export async function catalogCounts(connection: Connection): Promise<Record<string, number>> {
  const rows = await queryRows<{ key: string; n: number }>(
    connection,
    `select 'images' as key, count(*)::int as n from images
     union all select 'patients', count(distinct patient_id)::int from images
     union all select 'quarantined', count(*)::int from quarantine
     union all select 'overlaps', count(*)::int from overlap
     union all select concat('split.', split), count(*)::int from images group by split
     union all select concat('view.', view), count(*)::int from images group by view
     union all select concat('label_gaps.', split), count(*)::int from label_gaps where source = 'all' group by split`,
  );
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
}
