import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { FINDINGS, queryRows, UserError } from '@viewgap/contracts';
import { loadImages } from './load-images.ts';
import type { PredictionQuery } from './prediction-files.ts';
import { literal, readable } from './prediction-files.ts';
import { faultCase, RowFaults } from './row-faults.ts';
import { type Dataset, type LabelSet, type Study, UNKNOWN, type Unit } from './study.ts';

export interface LoadOptions {
  /** the findings of the study; null: all that the rows have */
  readonly findings: readonly string[] | null;
  /** the set of labels that the tables are of; null: `report`, or the first by name */
  readonly labelSet: string | null;
  /** called with the rows read so far, and how many there are */
  readonly onRows?: (rows: number, of: number) => void;
}

/** DuckDB's share of memory: beyond it, it spills to the temporary folder. */
const MEMORY_LIMIT = '2500MB';

/** Label of an image before its first row. */
const UNSEEN = -2;

/** Scores and labels while they are filled in, by data set. */
interface Filling {
  readonly labels: Int8Array[][];
  readonly scores: (Float64Array | null)[][];
  /** by set of labels, unit, finding */
  readonly seen: (Uint8Array | null)[][][];
}

/**
 * Reads predictions into columns. DuckDB finds the images, numbers them in the order of their ids and checks each row;
 * only numbers cross into JavaScript, and each goes straight to its place.
 * @throws UserError for no rows, faulty rows, duplicate rows, labels that differ between rows of an image, and models
 * that were scored on different images
 */
export async function loadStudy(
  connection: DuckDBConnection,
  queries: readonly PredictionQuery[],
  options: LoadOptions,
): Promise<Study> {
  await connection.run(`set memory_limit = '${MEMORY_LIMIT}'`);
  await connection.run(`set temp_directory = ${literal(join(tmpdir(), `viewgap-${process.pid}`))}`);
  await connection.run('set preserve_insertion_order = false');
  const files = queries.map(({ name }) => name).join(', ');
  const union = queries.map(({ sql }) => sql).join(' union all ');
  await readable(files, connection.run(`create temp view predictions as ${union}`));
  const names = await readable(files, namesOf(connection, options));
  const { parts, rows } = await readable(files, loadImages(connection, queries));
  if (rows === 0) throw new UserError('no predictions', '0 rows', 'give at least one row');
  const filled = parts.map(({ images }): Filling => {
    return {
      labels: names.sets.map(() => names.findings.map(() => new Int8Array(images).fill(UNSEEN))),
      scores: names.units.map(() => names.findings.map(() => null)),
      seen: names.sets.map(() => names.units.map(() => names.findings.map(() => null))),
    };
  });
  const faults = new RowFaults(connection, queries);
  const rowsLeftOut = await readable(files, fill(connection, filled, faults, options, rows));
  await faults.throwIfAny();
  if (parts.every(({ images, validation }) => validation || images === 0)) {
    throw new UserError(
      'no row enters the statistics',
      `${rows} rows`,
      'give AP or PA images of the split test or external, or without a split',
    );
  }
  const primary = primarySet(names.sets, options.labelSet);
  const datasets = parts.map((part, p): Dataset => {
    const { labels, scores } = filled[p] as Filling;
    const known = labels.map((columns) =>
      columns.map((column) => column.map((label) => Math.max(label, UNKNOWN))),
    );
    const labelSets = names.sets.map((name, s): LabelSet => ({ name, labels: known[s] ?? [] }));
    const units = names.units.map((unit, u): Unit => ({ ...unit, scores: scores[u] ?? [] }));
    const { validation: _, ...images } = part;
    return {
      ...images,
      labels: known[primary] ?? [],
      labelSets,
      units: units.filter((unit) => unit.scores.some((column) => column !== null)),
    };
  });
  for (const dataset of datasets) await faults.checkSameImages(dataset, names.findings);
  return {
    datasets: datasets.filter((_, p) => !parts[p]?.validation),
    validation: datasets.filter(({ images }, p) => parts[p]?.validation && images > 0),
    models: [...new Set(names.units.map(({ model }) => model))],
    seeds: [...new Set(names.units.map(({ seed }) => seed))].sort((a, b) => a - b),
    findings: names.findings,
    rows,
    rowsLeftOut,
  };
}

interface Names {
  readonly units: readonly { readonly model: string; readonly seed: number }[];
  readonly findings: readonly string[];
  readonly sets: readonly string[];
}

/** Numbers the models and seeds, the findings and the sets of labels, in SQL tables of their own. */
async function namesOf(connection: DuckDBConnection, { findings: wanted }: LoadOptions): Promise<Names> {
  const rows = await queryRows<{ model: string | null; seed: number; finding: string | null; set: string }>(
    connection,
    `select distinct model, seed, finding, coalesce(label_set, '') as "set" from predictions`,
  );
  const sound = rows.filter(
    ({ model, seed, finding }) => model !== null && finding !== null && !Number.isNaN(seed),
  );
  const all = [...new Set(sound.map(({ finding }) => finding as string))].sort(byStudyOrder);
  const findings = all.filter((finding) => wanted === null || wanted.includes(finding));
  if (findings.length === 0 && all.length > 0) {
    throw new UserError(
      'no scores of the findings asked for',
      String(wanted),
      `the predictions have ${all.join(', ')}`,
    );
  }
  const pairs = new Set(sound.map(({ model, seed }) => JSON.stringify([model, seed])));
  const units = [...pairs]
    .map((pair) => JSON.parse(pair) as [string, number])
    .map(([model, seed]) => ({ model, seed }))
    .sort((a, b) => (a.model === b.model ? a.seed - b.seed : a.model < b.model ? -1 : 1));
  const sets = [...new Set(rows.map(({ set }) => set))].sort();
  await number(
    connection,
    'unit_codes',
    'model, seed',
    units.map(({ model, seed }) => `${literal(model)}, ${seed}::double`),
  );
  await number(connection, 'finding_codes', 'finding', findings.map(literal));
  await number(connection, 'set_codes', 'label_set', sets.map(literal));
  return { units, findings, sets };
}

async function number(
  connection: DuckDBConnection,
  table: string,
  columns: string,
  values: readonly string[],
): Promise<void> {
  const rows = values.map((value, code) => `(${value}, ${code})`);
  const source =
    rows.length === 0
      ? `(values (null, null)) t(${columns.split(', ')[0]}, code) limit 0`
      : `(values ${rows.join(', ')}) t(${columns}, code)`;
  await connection.run(`create temp table ${table} as select * from ${source}`);
}

/** The study's findings in their own order, any others after them by name. */
function byStudyOrder(a: string, b: string): number {
  const rank = (finding: string) => {
    const index = (FINDINGS as readonly string[]).indexOf(finding);
    return index === -1 ? FINDINGS.length : index;
  };
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

function primarySet(sets: readonly string[], wanted: string | null): number {
  if (wanted !== null && !sets.includes(wanted)) {
    throw new UserError('no such set of labels', wanted, `the predictions have ${sets.join(', ')}`);
  }
  return Math.max(0, sets.indexOf(wanted ?? 'report'));
}

/** Streams the rows into their places. Returns how many belong to images that enter nothing. */
async function fill(
  connection: DuckDBConnection,
  parts: readonly Filling[],
  faults: RowFaults,
  { onRows }: LoadOptions,
  total: number,
): Promise<number> {
  const result = await connection.stream(`
    select coalesce(i.part, -1)::integer, coalesce(i.position, -1)::integer, coalesce(u.code, -1)::integer,
      coalesce(f.code, -1)::integer, coalesce(s.code, 0)::integer, coalesce(label, ${UNKNOWN})::double, score::double,
      ${faultCase('i')}::integer
    from predictions p left join images i on p.dataset = i.dataset and p.image_id = i.image_id
      left join unit_codes u on p.model = u.model and p.seed = u.seed
      left join finding_codes f on p.finding = f.finding
      left join set_codes s on coalesce(p.label_set, '') = s.label_set`);
  let leftOut = 0;
  let rows = 0;
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const columns = Array.from({ length: chunk.columnCount }, (_, c) => chunk?.getColumnVector(c));
    const at = (column: number, row: number) => columns[column]?.getItem(row) as number;
    for (let row = 0; row < chunk.rowCount; row++) {
      const fault = at(7, row);
      if (fault !== 0) {
        faults.add(fault);
        continue;
      }
      const part = parts[at(0, row)];
      if (part === undefined) leftOut++;
      else if (at(3, row) >= 0)
        place(part, faults, at(4, row), at(2, row), at(3, row), at(1, row), at(5, row), at(6, row));
    }
    rows += chunk.rowCount;
    onRows?.(rows, total);
  }
  return leftOut;
}

function place(
  { labels, scores, seen }: Filling,
  faults: RowFaults,
  set: number,
  unit: number,
  finding: number,
  image: number,
  label: number,
  score: number,
): void {
  const known = labels[set]?.[finding] as Int8Array;
  const units = seen[set] as (Uint8Array | null)[][];
  const visited = (units[unit] as (Uint8Array | null)[])[finding] ?? new Uint8Array(known.length);
  (units[unit] as (Uint8Array | null)[])[finding] = visited;
  const columns = scores[unit] as (Float64Array | null)[];
  const column = columns[finding] ?? new Float64Array(known.length).fill(Number.NaN);
  columns[finding] = column;
  if (visited[image] === 1) faults.addDuplicate();
  visited[image] = 1;
  if (known[image] !== UNSEEN && known[image] !== label) faults.addLabelsDiffer();
  known[image] = label;
  if (!Number.isNaN(column[image]) && column[image] !== score) faults.addScoresDiffer();
  column[image] = score;
}
