import { basename, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { defineCells, isAsItIs } from './files/cell-sql.ts';
import { ROW } from './files/plain-copy.ts';
import { type InputLayout, theirName } from './files/prediction-columns.ts';
import { identifier, literal, type PredictionQuery, readable } from './files/prediction-query.ts';
import { type Scanned, type ScanOptions, scanFile } from './files/scan-file.ts';
import { labelLists } from './label-list-table.ts';
import { queryOf, READ } from './prediction-sql.ts';

export interface OpenOptions {
  readonly layout: InputLayout;
  /** a folder for copies of text tables and workbooks, made when it is asked for */
  readonly scratch: ScanOptions['scratch'];
  /** what is read and may not be meant, in one line */
  readonly warn: (line: string) => void;
}

/**
 * Opens predictions tables: `.arrow` and `.feather` (IPC file or stream) from predict or any other program, `.csv`,
 * `.tsv` and `.txt` (also .gz), `.xlsx`, `.jsonl` and `.parquet`.
 * @throws UserError for a file that is missing or of another kind, and for a missing column
 */
export async function openPredictions(
  connection: DuckDBConnection,
  paths: readonly string[],
  { layout, scratch, warn }: OpenOptions,
): Promise<PredictionQuery[]> {
  await defineCells(connection);
  const open = async (path: string, kind: ScanOptions['kind'], name: string) =>
    withTextsAsTheyAre(connection, await scanFile(connection, path, { name, kind, layout, scratch }), layout);
  const labels = layout.labels === null ? null : await open(layout.labels, 'labels', 'labels');
  const queries: PredictionQuery[] = [];
  for (const [index, path] of paths.entries()) {
    const name = `predictions_${index}`;
    const file = await open(path, 'predictions', name);
    if (labels !== null) await refuseOtherImages(connection, file, labels, layout);
    const lists = await labelLists(connection, { file, labels, layout, table: `lists_${index}`, warn });
    const query = queryOf({ file, labels, layout, index, lists });
    const isText = file.isText !== undefined || labels?.isText !== undefined;
    queries.push(
      isText ? await typed(connection, query, file, join(await scratch(), `${name}.parquet`)) : query,
    );
  }
  return queries;
}

/** A query of texts whose numbers and names are read once, into a parquet file, and not each time that it is asked. */
async function typed(
  connection: DuckDBConnection,
  query: PredictionQuery,
  { isText }: Scanned,
  to: string,
): Promise<PredictionQuery> {
  // Numbers of rows that a copy has are kept; those of a file are counted where a message needs them.
  const source = isText === 'copy' ? query.numbered : query.sql;
  await connection.run('set preserve_insertion_order = false');
  await readable(query.name, connection.run(`copy (${source}) to ${literal(to)} (format parquet)`));
  const copy = `select * from read_parquet(${literal(to)})`;
  if (isText !== 'copy') return { ...query, sql: copy };
  return { ...query, numbered: copy, sql: `select * exclude (file, ${identifier(ROW)}) from (${copy})` };
}

/** Finds the columns of texts that need no reading, once: a query reads them more than once. */
async function withTextsAsTheyAre(
  connection: DuckDBConnection,
  file: Scanned,
  layout: InputLayout,
): Promise<Scanned> {
  if (file.isText !== undefined) return file;
  const columns = Object.entries(READ)
    .map(([ours, macro]) => ({ macro, name: theirName(layout, ours) }))
    .filter(({ name }) => file.texts.has(name));
  if (columns.length === 0) return file;
  const asked = columns.map(
    ({ macro, name }, c) => `bool_and(${isAsItIs(macro, identifier(name))}) as c${c}`,
  );
  const [found] = await readable(
    basename(file.path),
    queryRows<Record<string, boolean | null>>(connection, `select ${asked.join(', ')} from ${file.plain}`),
  );
  return {
    ...file,
    asItIs: new Set(columns.filter((_, c) => found?.[`c${c}`] !== false).map(({ name }) => name)),
  };
}

/** A table of labels that names none of the images is another's, or one whose ids have lost zeros. */
async function refuseOtherImages(
  connection: DuckDBConnection,
  file: Scanned,
  labels: Scanned,
  layout: InputLayout,
): Promise<void> {
  const key = theirName(layout, 'image_id');
  if (!file.columns.includes(key) || !labels.columns.includes(key)) return;
  const ids = (plain: string) => `(select distinct table_id(${identifier(key)}) as id from ${plain})`;
  const counted = `
    select count(*)::integer as images, count(l.id)::integer as same,
      (count(*) filter (ltrim(p.id, '0') in (select ltrim(id, '0') from ${ids(labels.plain)})))::integer as near
    from ${ids(file.plain)} p left join ${ids(labels.plain)} l on p.id = l.id`;
  const [count] = await readable(
    `${basename(file.path)}, ${basename(labels.path)}`,
    queryRows<{ images: number; same: number; near: number }>(connection, counted),
  );
  if (count === undefined || count.images === 0 || count.same > 0) return;
  const near =
    count.near === 0
      ? 'write the same ids in both'
      : `${count.near} of ${count.images} would match without leading zeros: write the ids of both as text`;
  throw new UserError(`no ${key} of ${basename(file.path)} is in the labels`, basename(labels.path), near);
}
