import { type CatalogImage, queryRows, withDuckDB } from '@viewgap/artifacts';
import { type Finding, type Label, labelColumn, labelSetColumn } from '@viewgap/contracts';
import { findingsOf } from './findings.ts';
import type { LabelledImage } from './read-images.ts';

/** An image that is scored, with all that later stages are told of it. */
export interface EvaluationImage extends LabelledImage {
  /** whether it is known whose film it is; where not, patientId is made up */
  readonly patientKnown: boolean;
  readonly viewSource: string;
  readonly viewConflict: boolean;
  readonly supportDevices: boolean | null;
  readonly overlap: boolean;
  /** how each label was made, in the order of the catalog's findings */
  readonly labelSets: readonly (string | null)[];
  /** of the original, pixels */
  readonly width: number;
  readonly height: number;
  /** whether the probe for the view is fitted on it */
  readonly probed: boolean;
}

type Row = Omit<CatalogImage, 'study_id'> &
  Readonly<Record<`label_${string}`, Label>> &
  Readonly<Record<`label_set_${string}`, string | null>> & { readonly probed: boolean };

/** The probe is fitted on no more images than this: of 2,048 features they take 80 MB. */
export const PROBED_IMAGES = 10_000;

const SPLITS = `i.split in ('val', 'test', 'external')`;

/** By a hash of their names, so that they are of all sources, and the same for every model. */
const PROBED = `i.split = 'val' and i.view in ('AP', 'PA') and row_number() over (
  partition by i.split = 'val' and i.view in ('AP', 'PA') order by md5(i.source || '/' || i.image_id)) <= ${PROBED_IMAGES}`;

/**
 * Images of a catalog.duckdb that are scored (validation, test, external), in a fixed order, those of validation first;
 * some thousand at a time, so that memory does not grow with the catalog.
 */
export async function readEvaluationImages(
  path: string,
  use: (
    count: number,
    images: AsyncIterable<EvaluationImage[]>,
    findings: readonly Finding[],
  ) => Promise<void>,
): Promise<void> {
  await withDuckDB(
    path,
    async (connection) => {
      const findings = await findingsOf(connection);
      const labels = findings.flatMap((finding) => [
        `max(l.label) filter (l.finding = '${finding}') as ${labelColumn(finding)}`,
        `max(l.label_set) filter (l.finding = '${finding}') as ${labelSetColumn(finding)}`,
      ]);
      const [counted] = await queryRows<{ n: number }>(
        connection,
        `select count(*)::integer as n from images i where ${SPLITS}`,
      );
      const result = await connection.stream(`
        with chosen as (
          select i.source, i.image_id, i.patient_id, i.patient_known, i.view, i.view_source, i.view_conflict,
            i.split, i.age_years, i.sex, i.support_devices, i.overlap, i.width, i.height, i.shard, i.row,
            ${PROBED} as probed
          from images i where ${SPLITS})
        select * from (
          select i.*, ${labels.join(', ')}
          from chosen i left join labels l using (source, image_id) group by all)
        order by split <> 'val', source, image_id`);
      await use(
        counted?.n ?? 0,
        groups(result.yieldRowObjectJs() as AsyncIterable<unknown> as AsyncIterable<Row[]>, findings),
        findings,
      );
    },
    { readOnly: true },
  );
}

async function* groups(
  rows: AsyncIterable<Row[]>,
  findings: readonly Finding[],
): AsyncGenerator<EvaluationImage[]> {
  for await (const group of rows) {
    if (group.length > 0) yield group.map((row) => imageOf(row, findings));
  }
}

function imageOf(row: Row, findings: readonly Finding[]): EvaluationImage {
  return {
    source: row.source,
    imageId: row.image_id,
    patientId: row.patient_id,
    patientKnown: row.patient_known,
    view: row.view,
    viewSource: row.view_source,
    viewConflict: row.view_conflict,
    split: row.split,
    ageYears: row.age_years,
    sex: row.sex,
    supportDevices: row.support_devices,
    overlap: row.overlap,
    labels: findings.map((finding) => row[labelColumn(finding)] ?? null),
    labelSets: findings.map((finding) => row[labelSetColumn(finding)] ?? null),
    width: row.width,
    height: row.height,
    shard: row.shard,
    row: row.row,
    probed: row.probed,
  };
}
