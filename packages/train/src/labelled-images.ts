import { FINDINGS, labelColumn, queryRows, type Split, withDuckDB } from '@viewgap/contracts';
import { CatalogImages, type ImageColumn } from './catalog-images.ts';

export type { Images, LabelledImage } from './labelled-image.ts';

/** The images of a catalog.duckdb that belong to these splits, in a fixed order. */
export async function labelledImages(path: string, splits: readonly Split[]): Promise<CatalogImages> {
  const wanted = `split in (${splits.map((split) => `'${split}'`).join(', ')})`;
  const labels = FINDINGS.map(
    (finding) => `max(label) filter (finding = '${finding}') as ${labelColumn(finding)}`,
  );
  const columns: readonly ImageColumn[] = [
    'source',
    'image_id',
    'patient_id',
    'view',
    'split',
    'age_years',
    'sex',
    'shard',
    'row',
    ...FINDINGS.map(labelColumn),
  ];
  return withDuckDB(
    path,
    async (connection) => {
      const [sizes] = await queryRows<{ images: number; texts: number }>(
        connection,
        `select count(*)::integer as images, coalesce(sum(strlen(image_id) + strlen(patient_id)), 0)::double as texts
         from images where ${wanted}`,
      );
      const images = new CatalogImages(sizes?.images ?? 0, sizes?.texts ?? 0);
      const result = await connection.stream(
        `with known as (select source, image_id, ${labels.join(', ')} from labels group by source, image_id)
         select ${columns.join(', ')} from images left join known using (source, image_id)
         where ${wanted} order by source, image_id`,
      );
      for (
        let chunk = await result.fetchChunk();
        chunk && chunk.rowCount > 0;
        chunk = await result.fetchChunk()
      ) {
        const rows = chunk;
        images.append(
          rows.rowCount,
          Object.fromEntries(columns.map((name, i) => [name, rows.getColumnValues(i)])) as never,
        );
      }
      return images;
    },
    { readOnly: true },
  );
}
