import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { streamChunks } from '@viewgap/artifacts';
import { type Finding, UserError } from '@viewgap/contracts';
import { type Dataset, type LabelSet, type Study, UNKNOWN, type Unit } from '../study/study.ts';
import { literal, type PredictionQuery, readable } from './files/prediction-query.ts';
import { loadImages } from './load-images.ts';
import { nearIds } from './near-ids.ts';
import { faultCase, RowFaults } from './row-faults.ts';
import { numberNames, primarySet } from './study-names.ts';

export interface LoadOptions {
  /** the findings of the study; null: all that the rows have */
  readonly findings: readonly string[] | null;
  /** in which the findings stand; absent: those of the study by default first */
  readonly order?: readonly Finding[];
  /** the set of labels that the tables are of; null: `report`, or the first by name */
  readonly labelSet: string | null;
  /** called with the rows read so far, and how many there are */
  readonly onRows?: (rows: number, of: number) => void;
  /** called with what is read and may not be meant, in one line */
  readonly warn?: (line: string) => void;
}

/** DuckDB's share of memory: beyond it, it spills to the temporary folder. */
const MEMORY_LIMIT = '2500MB';

/** Label of an image before its first row. */
const UNSEEN = -2;

/** Scores and labels while they are filled in, by data set. */
interface Filling {
  readonly labels: Int8Array[][];
  readonly scores: (Float64Array | null)[][];
  /** by unit; null where no file has a probe */
  readonly probes: Float64Array[] | null;
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
  const names = await readable(files, numberNames(connection, options.findings, options.order));
  const { parts, rows: expected } = await readable(files, loadImages(connection, queries));
  const probed = queries.some(({ has }) => has.includes('view_probe_score'));
  const filled = parts.map(({ images }): Filling => {
    return {
      probes: probed ? names.units.map(() => new Float64Array(images).fill(Number.NaN)) : null,
      labels: names.sets.map(() => names.findings.map(() => new Int8Array(images).fill(UNSEEN))),
      scores: names.units.map(() => names.findings.map(() => null)),
      seen: names.sets.map(() => names.units.map(() => names.findings.map(() => null))),
    };
  });
  const faults = new RowFaults(connection, queries);
  const { rows, leftOut } = await readable(
    files,
    fill(connection, queries, filled, faults, { ...options, probed, expected }),
  );
  if (rows === 0) throw new UserError('no predictions', '0 rows', 'give at least one row');
  await faults.throwIfAny();
  for (const warning of await nearIds(connection)) options.warn?.(warning);
  if (parts.every(({ images, validation }) => validation || images === 0)) {
    throw new UserError(
      'no row can be used for the statistics',
      `${rows} rows`,
      'give AP or PA images of the split test or external, or without a split',
    );
  }
  const chosen =
    options.labelSet === null && filled.every(({ labels }) => areDisjoint(labels))
      ? { sets: [''], labels: ({ labels }: Filling) => [joinedSets(labels)] }
      : { sets: names.sets, labels: ({ labels }: Filling) => labels };
  const primary = primarySet(chosen.sets, options.labelSet);
  const datasets = parts.map((part, p): Dataset => {
    const filling = filled[p] as Filling;
    const { scores, probes } = filling;
    const known = chosen
      .labels(filling)
      .map((columns) => columns.map((column) => column.map((label) => Math.max(label, UNKNOWN))));
    const labelSets = chosen.sets.map((name, s): LabelSet => ({ name, labels: known[s] ?? [] }));
    const units = names.units.map(
      (unit, u): Unit => ({ ...unit, scores: scores[u] ?? [], viewProbe: probes?.[u] ?? null }),
    );
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
    rowsLeftOut: leftOut,
  };
}

/**
 * Whether no image has labels of two sets for one finding: then the sets only say where each label is from, and none is
 * an alternative to another.
 */
function areDisjoint([first, ...others]: readonly Int8Array[][]): boolean {
  const seen = first?.map((column) => column.map((label) => Number(label !== UNSEEN))) ?? [];
  return others.every((columns) =>
    columns.every((column, f) => {
      const already = seen[f] as Int8Array;
      return column.every((label, i) => {
        if (label === UNSEEN) return true;
        const isNew = already[i] === 0;
        already[i] = 1;
        return isNew;
      });
    }),
  );
}

/** The labels of disjoint sets as one set. */
function joinedSets([first, ...others]: readonly Int8Array[][]): Int8Array[] {
  return (first ?? []).map((column, f) =>
    column.map((label, i) => others.reduce((known, set) => Math.max(known, set[f]?.[i] as number), label)),
  );
}

/** Streams the rows into their places. `leftOut` counts the rows of images that are not used. */
async function fill(
  connection: DuckDBConnection,
  queries: readonly PredictionQuery[],
  parts: readonly Filling[],
  faults: RowFaults,
  { onRows, probed, expected }: LoadOptions & { readonly probed: boolean; readonly expected: number },
): Promise<{ rows: number; leftOut: number }> {
  const chunks = streamChunks(
    connection,
    `
    select coalesce(i.part, -1)::integer, coalesce(i.position, -1)::integer, coalesce(u.code, -1)::integer,
      coalesce(f.code, -1)::integer, coalesce(s.code, 0)::integer, coalesce(label, ${UNKNOWN})::double, score::double,
      ${faultCase('i', queries)}::integer, ${probed ? 'view_probe_score' : 'null'}::double
    from predictions p left join images i on p.dataset = i.dataset and p.image_id = i.image_id
      left join unit_codes u on p.model = u.model and p.seed = u.seed
      left join finding_codes f on p.finding = f.finding
      left join set_codes s on coalesce(p.label_set, '') = s.label_set`,
  );
  let leftOut = 0;
  let rows = 0;
  for await (const chunk of chunks) {
    const columns = Array.from({ length: chunk.columnCount }, (_, c) => chunk.getColumnVector(c));
    const at = (column: number, row: number) => columns[column]?.getItem(row) as number;
    const { rowCount } = chunk;
    for (let row = 0; row < rowCount; row++) {
      const fault = at(7, row);
      if (fault !== 0) {
        faults.add(fault);
        continue;
      }
      const part = parts[at(0, row)];
      if (part === undefined) leftOut++;
      else if (at(3, row) >= 0)
        place(part, faults, at(4, row), at(2, row), at(3, row), at(1, row), at(5, row), at(6, row));
      const probe = part?.probes?.[at(2, row)];
      if (probe) probe[at(1, row)] = (at(8, row) as number | null) ?? Number.NaN;
    }
    rows += rowCount;
    onRows?.(rows, expected);
  }
  return { rows, leftOut };
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
