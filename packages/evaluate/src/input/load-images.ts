import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows, streamChunks } from '@viewgap/artifacts';
import { type Codes, type Dataset, IMAGE_TEXTS, type ImageText } from '../study/study.ts';
import { literal, type PredictionQuery } from './files/prediction-query.ts';

/** The images of one data set that enter its statistics, or, of its split `val`, its thresholds. */
export interface Part extends Omit<Dataset, 'labels' | 'labelSets' | 'units'> {
  readonly validation: boolean;
}

/** Numbers of an image that a table may have. */
const IMAGE_NUMBERS = ['age_years', 'aspect'] as const;
type ImageNumber = (typeof IMAGE_NUMBERS)[number];

/** Images of one part while they are filled in. */
interface Filling {
  readonly patient: Int32Array;
  readonly ap: Uint8Array;
  readonly numbers: ReadonlyMap<ImageNumber, Float64Array>;
  readonly texts: ReadonlyMap<ImageText, Coding>;
  readonly clusters: Map<string, number>;
  patients: number;
  orphans: number;
}

interface Coding {
  readonly codes: Map<string, number>;
  readonly code: Int32Array;
}

/**
 * Makes the table `images`: each image once, with its `part` (2d of data set d, 2d + 1 of its split val, null where it
 * enters nothing) and its position there, in the order of the ids. Reads them into columns.
 */
export async function loadImages(
  connection: DuckDBConnection,
  queries: readonly PredictionQuery[],
): Promise<{ parts: Part[]; rows: number }> {
  const has = (name: string) => queries.some((query) => query.has.includes(name));
  const named = queries.flatMap((query) => query.has).filter((name) => name.startsWith('group_'));
  const texts = [...IMAGE_TEXTS.filter(has), ...(new Set(named) as Set<ImageText>)];
  const numbers = IMAGE_NUMBERS.filter(has);
  await makeTable(connection, [...texts, ...numbers]);
  const tallies = await queryRows<Tally>(
    connection,
    `select d.dataset, d.code::integer as code, view, split, kind::integer as kind, count(*)::integer as images,
      sum(rows)::double as rows from images i join dataset_codes d on i.dataset = d.dataset
     group by all order by all`,
  );
  const parts: Part[] = [];
  for (const code of new Set(tallies.map((tally) => tally.code))) {
    const own = tallies.filter((tally) => tally.code === code);
    for (const validation of [false, true]) parts.push(emptyPart(own, validation, texts, numbers));
  }
  const rows = tallies.reduce((sum, tally) => sum + tally.rows, 0);
  return { parts: await readImages(connection, parts, texts, numbers), rows };
}

interface Tally {
  readonly dataset: string;
  readonly code: number;
  readonly view: string | null;
  readonly split: string | null;
  readonly kind: 0 | 1 | null;
  readonly images: number;
  readonly rows: number;
}

/** Statistics are of images that no training, choice of epoch or threshold has seen; no split given means so. */
const USED = `(split is null or split in ('test', 'external'))`;
const isUsed = (split: string | null) => split === null || split === 'test' || split === 'external';

async function makeTable(connection: DuckDBConnection, optional: readonly string[]): Promise<void> {
  const more = optional.map((name) => `min(${name}) as ${name},`).join(' ');
  await connection.run(`
    create temp table grouped as
    select dataset, image_id, any_value(patient_id) as patient_id, any_value(view) as view, any_value(split) as split,
      any_value(cluster) as cluster, ${more} count(*) as rows
    from predictions where dataset is not null and image_id is not null group by dataset, image_id`);
  await connection.run(`
    create temp table dataset_codes as
    select dataset, row_number() over (order by dataset) - 1 as code from (select distinct dataset from grouped)`);
  await connection.run(`
    create temp table images as
    with parted as (
      select g.*, d.code, case when view is null or view not in ('AP', 'PA') then null when ${USED} then 0
        when split = 'val' then 1 end as kind
      from grouped g join dataset_codes d on g.dataset = d.dataset)
    select * exclude (code), 2 * code + kind as part,
      row_number() over (partition by dataset, kind order by image_id) - 1 as position
    from parted`);
  await connection.run('drop table grouped');
}

function emptyPart(
  tallies: readonly Tally[],
  validation: boolean,
  texts: readonly ImageText[],
  numbers: readonly ImageNumber[],
): Part {
  const own = tallies.filter(({ kind }) => kind === (validation ? 1 : 0));
  const images = own.reduce((sum, tally) => sum + tally.images, 0);
  const splits = new Set(own.map(({ split }) => split ?? 'unspecified'));
  const sideways = tallies.filter(({ split, kind }) => isUsed(split) && kind === null);
  const outside = tallies.filter(({ split }) => !isUsed(split));
  return {
    name: tallies[0]?.dataset ?? '',
    validation,
    split: [...splits].sort().join('+') || 'none',
    images,
    patients: 0,
    orphans: 0,
    patient: new Int32Array(images),
    ap: new Uint8Array(images),
    age: numbers.includes('age_years') ? new Float64Array(images) : null,
    aspect: numbers.includes('aspect') ? new Float64Array(images) : null,
    texts: Object.fromEntries(texts.map((text) => [text, { names: [], code: new Int32Array(images) }])),
    otherViews: tally(sideways.map(({ view, images: count }) => [view ?? 'unknown', count])),
    otherSplits: tally(outside.map(({ split, images: count }) => [split ?? '', count])),
  };
}

function tally(counts: readonly (readonly [name: string, count: number])[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

async function readImages(
  connection: DuckDBConnection,
  parts: readonly Part[],
  texts: readonly ImageText[],
  numbers: readonly ImageNumber[],
): Promise<Part[]> {
  const fillings = parts.map(({ images, patient, ap, age, aspect }): Filling => {
    const columns = { age_years: age, aspect };
    return {
      patient,
      ap,
      numbers: new Map(numbers.map((name) => [name, columns[name] as Float64Array])),
      texts: new Map(
        texts.map((text) => [text, { codes: new Map(), code: new Int32Array(images).fill(-1) }]),
      ),
      clusters: new Map(),
      patients: 0,
      orphans: 0,
    };
  });
  const more = [...numbers, ...texts].map((name) => `, ${name}`).join('');
  const chunks = streamChunks(
    connection,
    `select part::integer, position::integer, (view = ${literal('AP')})::integer, cluster${more}
     from images where part is not null order by part, position`,
  );
  for await (const chunk of chunks) {
    const columns = Array.from({ length: chunk.columnCount }, (_, c) => chunk.getColumnVector(c));
    const at = (column: number, row: number): unknown => columns[column]?.getItem(row) ?? null;
    const { rowCount } = chunk;
    for (let row = 0; row < rowCount; row++) {
      const filling = fillings[at(0, row) as number] as Filling;
      const image = at(1, row) as number;
      filling.ap[image] = at(2, row) as number;
      filling.patient[image] = clusterOf(filling, at(3, row) as string | null);
      numbers.forEach((name, n) => {
        const column = filling.numbers.get(name) as Float64Array;
        column[image] = (at(4 + n, row) as number | null) ?? Number.NaN;
      });
      texts.forEach((text, t) => {
        const value = at(4 + numbers.length + t, row) as string | null;
        if (value !== null) setCode(filling.texts.get(text) as Coding, image, value);
      });
    }
  }
  return parts.map((part, p): Part => {
    const { patients, orphans, texts: coded } = fillings[p] as Filling;
    const codes = [...coded].map(([text, { codes, code }]): [ImageText, Codes] => [
      text,
      { names: [...codes.keys()], code },
    ]);
    return { ...part, patients, orphans, texts: Object.fromEntries(codes) };
  });
}

function clusterOf(filling: Filling, cluster: string | null): number {
  if (cluster === null) {
    filling.orphans++;
    return filling.patients++;
  }
  const known = filling.clusters.get(cluster);
  if (known !== undefined) return known;
  filling.clusters.set(cluster, filling.patients);
  return filling.patients++;
}

function setCode({ codes, code }: Coding, image: number, value: string): void {
  let known = codes.get(value);
  if (known === undefined) {
    known = codes.size;
    codes.set(value, known);
  }
  code[image] = known;
}
