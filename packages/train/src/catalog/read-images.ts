import { queryRows, streamChunks, withDuckDB } from '@viewgap/artifacts';
import { FINDINGS, type Split } from '@viewgap/contracts';
import {
  CatalogImages,
  CODED,
  type Coded,
  LABEL_DIGITS,
  NO_AGE,
  type NumberColumn,
} from './catalog-images.ts';
import { TextColumn } from './columns.ts';

export type { Images, LabelledImage } from './image.ts';

type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/** The images of a catalog.duckdb that belong to these splits, in a fixed order. */
export async function labelledImages(path: string, splits: readonly Split[]): Promise<CatalogImages> {
  const wanted = `(select * from images where split in (${splits.map((split) => `'${split}'`).join(', ')}))`;
  return withDuckDB(
    path,
    async (connection) => {
      const [sizes] = await queryRows<Record<'count' | 'image_id' | 'patient_id', number>>(
        connection,
        `select count(*)::double as count, coalesce(sum(strlen(image_id)), 0)::double as image_id,
           coalesce(sum(strlen(patient_id)), 0)::double as patient_id from ${wanted}`,
      );
      const { count = 0, image_id = 0, patient_id = 0 } = sizes ?? {};
      const columns = {
        imageIds: new TextColumn(count, image_id),
        patientIds: new TextColumn(count, patient_id),
        texts: await codedTexts(connection, wanted),
        numbers: await numbersOf(connection, wanted, count),
      };
      await readIds(connection, wanted, columns);
      return new CatalogImages(columns);
    },
    { readOnly: true },
  );
}

/** The different texts of each coded column, in the order of their codes. */
async function codedTexts(connection: Connection, wanted: string): Promise<Record<Coded, (string | null)[]>> {
  const texts: [Coded, (string | null)[]][] = [];
  for (const name of CODED) {
    const rows = await queryRows<{ text: string | null }>(
      connection,
      `select distinct ${name} as text from ${wanted} order by 1 nulls last`,
    );
    texts.push([name, rows.map(({ text }) => text)]);
  }
  return Object.fromEntries(texts) as Record<Coded, (string | null)[]>;
}

const NUMBERS: readonly NumberColumn[] = [
  ...CODED.map((name) => `${name}_code` as const),
  'age',
  'row',
  'labels',
];

/** Numbers alone cross from DuckDB one by one: a text takes ten times as long. */
async function numbersOf(
  connection: Connection,
  wanted: string,
  count: number,
): Promise<Record<NumberColumn, Int32Array>> {
  const codes = CODED.map(
    (name) =>
      `${name}_codes as (select text, (row_number() over (order by text nulls last) - 1)::integer as ${name}_code
       from (select distinct ${name} as text from ${wanted}))`,
  );
  const joins = CODED.map(
    (name) => `join ${name}_codes on i.${name} is not distinct from ${name}_codes.text`,
  );
  const digits = FINDINGS.map(
    (finding, f) =>
      `(coalesce(max(label) filter (finding = '${finding}'), -1) + 1)::integer * ${LABEL_DIGITS ** f}`,
  );
  const chunks = streamChunks(
    connection,
    `with known as (select source, image_id, ${digits.join(' + ')} as labels from labels group by source, image_id),
       ${codes.join(', ')}
     select ${NUMBERS.map((name) => (name === 'age' ? `coalesce(age_years, ${NO_AGE})` : name === 'labels' ? 'coalesce(labels, 0)' : name)).join(', ')}
     from ${wanted} i ${joins.join(' ')} left join known using (source, image_id)
     order by i.source, i.image_id`,
  );
  const columns = NUMBERS.map(() => new Int32Array(count));
  let filled = 0;
  for await (const chunk of chunks) {
    for (const [i, column] of columns.entries()) column.set(chunk.getColumnValues(i) as number[], filled);
    filled += chunk.rowCount;
  }
  return Object.fromEntries(NUMBERS.map((name, i) => [name, columns[i]])) as Record<NumberColumn, Int32Array>;
}

/** Ids that cross from DuckDB as one joined text. */
const PIECE = 4096;
/** Between two ids: a control character that no id holds. */
const SEPARATOR = '\u001f';

async function readIds(
  connection: Connection,
  wanted: string,
  { imageIds, patientIds }: { readonly imageIds: TextColumn; readonly patientIds: TextColumn },
): Promise<void> {
  const joined = (name: string) =>
    `string_agg(${name}, chr(${SEPARATOR.charCodeAt(0)}) order by place) as ${name}`;
  const chunks = streamChunks(
    connection,
    `select ${joined('image_id')}, ${joined('patient_id')}, count(*)::integer as count
     from (select image_id, patient_id, row_number() over (order by source, image_id) - 1 as place from ${wanted})
     group by place // ${PIECE} order by place // ${PIECE}`,
  );
  for await (const chunk of chunks) {
    for (const [images, patients, count] of chunk.getRows()) {
      for (const [column, text] of [
        [imageIds, images],
        [patientIds, patients],
      ] as const) {
        const ids = (text as string).split(SEPARATOR);
        if (ids.length !== count) throw new Error('an id holds a unit separator');
        for (const id of ids) column.push(id);
      }
    }
  }
}
