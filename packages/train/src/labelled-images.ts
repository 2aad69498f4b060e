import {
  type CatalogImage,
  FINDINGS,
  type Label,
  labelColumn,
  queryRows,
  type Split,
  type View,
  withDuckDB,
} from '@viewgap/contracts';

/** An image as training and prediction see it. */
export interface LabelledImage {
  readonly source: string;
  readonly imageId: string;
  readonly patientId: string;
  readonly view: View;
  readonly split: Split;
  readonly ageYears: number | null;
  readonly sex: string | null;
  /** in the order of FINDINGS */
  readonly labels: readonly Label[];
  readonly shard: string;
  readonly row: number;
}

type Row = Pick<
  CatalogImage,
  'source' | 'image_id' | 'patient_id' | 'view' | 'split' | 'age_years' | 'sex' | 'shard' | 'row'
> &
  Readonly<Record<`label_${string}`, Label>>;

/** The images of a catalog.duckdb that belong to these splits, in a fixed order. */
export async function labelledImages(path: string, splits: readonly Split[]): Promise<LabelledImage[]> {
  const labels = FINDINGS.map(
    (finding) => `max(l.label) filter (l.finding = '${finding}') as ${labelColumn(finding)}`,
  );
  const rows = await withDuckDB(
    path,
    (connection) =>
      queryRows<Row>(
        connection,
        `select i.source, i.image_id, i.patient_id, i.view, i.split, i.age_years, i.sex, i.shard, i.row,
           ${labels.join(', ')}
         from images i left join labels l using (source, image_id)
         where i.split in (${splits.map((split) => `'${split}'`).join(', ')})
         group by all order by i.source, i.image_id`,
      ),
    { readOnly: true },
  );
  return rows.map((row) => ({
    source: row.source,
    imageId: row.image_id,
    patientId: row.patient_id,
    view: row.view,
    split: row.split,
    ageYears: row.age_years,
    sex: row.sex,
    labels: FINDINGS.map((finding) => row[labelColumn(finding)] ?? null),
    shard: row.shard,
    row: row.row,
  }));
}
