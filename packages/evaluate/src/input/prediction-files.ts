import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { isWorkbook } from '@viewgap/tables';
import { IMAGE_TEXTS } from '../study/study.ts';
import { defineCells, NOTHING } from './cell-sql.ts';
import { type PlainCopy, plainCopy, ROW } from './plain-copy.ts';
import {
  checkColumns,
  columnOf,
  type InputLayout,
  nearestColumn,
  theirName,
  wideFindings,
} from './prediction-columns.ts';
import { identifier, literal, type PredictionQuery, readable } from './prediction-query.ts';
import { loadArrow } from './read-arrow.ts';

/** A file as DuckDB reads it; `numbered` has a column more, `row`: the number of each row, from 1 below the header. */
interface Scanned {
  readonly path: string;
  readonly plain: string;
  readonly numbered: string;
  readonly columns: readonly string[];
  /** columns that hold numbers and need no reading as texts */
  readonly numbers: ReadonlySet<string>;
  /** all of its columns are texts */
  readonly isCopy?: boolean;
}

/**
 * Opens predictions tables: `.arrow` (IPC file or stream) from predict or any other program, `.csv`, `.tsv` and `.txt`
 * (also .gz), `.xlsx`, `.jsonl` and `.parquet`. Of parquet and JSON nothing is read yet but their columns.
 * @param scratch a folder for copies of text tables and workbooks, made when it is asked for
 * @throws UserError for a file that is missing or of another kind, and for a missing column
 */
export async function openPredictions(
  connection: DuckDBConnection,
  paths: readonly string[],
  layout: InputLayout,
  scratch: ScanOptions['scratch'],
): Promise<PredictionQuery[]> {
  await defineCells(connection);
  const { labels: labelsPath } = layout;
  const labels =
    labelsPath === null
      ? null
      : await scan(connection, labelsPath, { name: 'labels', kind: 'labels', layout, scratch });
  const queries: PredictionQuery[] = [];
  for (const [index, path] of paths.entries()) {
    const name = `predictions_${index}`;
    const file = await scan(connection, path, { name, kind: 'predictions', layout, scratch });
    if (labels !== null) await refuseOtherImages(connection, file, labels, layout);
    const query = queryOf(file, labels, layout, index);
    queries.push(
      file.isCopy ? await typed(connection, query, join(await scratch(), `${name}.parquet`)) : query,
    );
  }
  return queries;
}

/** A query of texts whose numbers and names are read once, into a parquet file, and not each time that it is asked. */
async function typed(
  connection: DuckDBConnection,
  query: PredictionQuery,
  to: string,
): Promise<PredictionQuery> {
  await connection.run('set preserve_insertion_order = false');
  await readable(query.name, connection.run(`copy (${query.numbered}) to ${literal(to)} (format parquet)`));
  const numbered = `select * from read_parquet(${literal(to)})`;
  return {
    ...query,
    numbered,
    sql: `select * exclude (file, ${identifier(ROW)}) from read_parquet(${literal(to)})`,
  };
}

interface ScanOptions {
  /** of its table in DuckDB, or of its copy */
  readonly name: string;
  readonly kind: 'predictions' | 'labels';
  readonly layout: InputLayout;
  /** a folder for copies, made when it is asked for */
  readonly scratch: () => Promise<string>;
}

async function scan(connection: DuckDBConnection, path: string, options: ScanOptions): Promise<Scanned> {
  const { name, kind } = options;
  await mustExist(path, kind);
  if (/\.arrow$/i.test(path)) {
    await loadArrow(connection, path, name);
    const { columns, numbers } = await columnsOf(connection, name, path);
    return {
      path,
      plain: name,
      numbered: name,
      columns: columns.filter((column) => column !== ROW),
      numbers,
    };
  }
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(path) || isWorkbook(path)) {
    const copy = join(await options.scratch(), `${name}.csv`);
    return { path, ...copied(copy, await plainCopy(path, options.layout, copy)) };
  }
  const relation = scanFunction(path, kind);
  return { path, ...relation, ...(await columnsOf(connection, relation.plain, path)) };
}

/** A copy as a query: all of its columns are texts. */
function copied(copy: string, { names, longest }: PlainCopy): Omit<Scanned, 'path'> {
  const types = [`${literal(ROW)}: 'BIGINT'`, ...names.map((name) => `${literal(name)}: 'VARCHAR'`)];
  const settings = [
    `columns = { ${types.join(', ')} }`,
    `nullstr = [${NOTHING.map(literal).join(', ')}]`,
    `header = false, auto_detect = false, delim = ',', quote = '"', escape = '"', new_line = '\\n'`,
    // A larger bound makes DuckDB slower: twice with 64 MiB. A letter has at most three bytes.
    `max_line_size = ${Math.max(MAX_LINE_SIZE, 3 * longest)}`,
  ];
  const read = `read_csv(${literal(copy)}, ${settings.join(', ')})`;
  return {
    plain: `(select * exclude (${identifier(ROW)}) from ${read})`,
    numbered: `(select * from ${read})`,
    columns: names,
    numbers: new Set(),
    isCopy: true,
  };
}

/** Bytes: DuckDB's own. */
const MAX_LINE_SIZE = 2_000_000;

function scanFunction(path: string, kind: string): Pick<Scanned, 'plain' | 'numbered'> {
  if (/\.parquet$/i.test(path)) {
    const quoted = literal(path);
    // A folder called view=AP is a name: DuckDB would put it in the place of the file's own column.
    const read = (options: string) => `read_parquet(${quoted}, hive_partitioning = false${options})`;
    const numbered = `(select *, file_row_number + 1 as "row" from ${read(', file_row_number = true')})`;
    return { plain: read(''), numbered };
  }
  const inOrder = (plain: string) => ({
    plain,
    numbered: `(select *, row_number() over () as "row" from ${plain})`,
  });
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) {
    return inOrder(
      `read_json(${literal(path)}, hive_partitioning = false, format = 'newline_delimited', sample_size = -1)`,
    );
  }
  throw new UserError(
    `not a ${kind} file`,
    path,
    'give .arrow, .parquet, .csv, .tsv, .txt or .jsonl (each of these four also .gz), or .xlsx',
  );
}

async function mustExist(path: string, kind: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const cure = kind === 'labels' ? 'check the path' : 'check the path, or run predict first';
    throw new UserError(`no such ${kind} file`, path, cure, { cause });
  }
}

async function columnsOf(
  connection: DuckDBConnection,
  relation: string,
  path: string,
): Promise<Pick<Scanned, 'columns' | 'numbers'>> {
  const sql = `select column_name as name, column_type as type from (describe select * from ${relation})`;
  const found = await readable(path, queryRows<{ name: string; type: string }>(connection, sql));
  const numbers = found.filter(({ type }) => /INT|^FLOAT|^DOUBLE|^DECIMAL/.test(type) && !type.includes('['));
  return { columns: found.map(({ name }) => name), numbers: new Set(numbers.map(({ name }) => name)) };
}

function queryOf(file: Scanned, labels: Scanned | null, layout: InputLayout, index: number): PredictionQuery {
  const names = [...file.columns, ...(labels?.columns ?? [])];
  checkColumns(names, file.path, layout);
  const column = (name: string): string | null => {
    if (file.columns.includes(name)) return `p.${identifier(name)}`;
    return labels?.columns.includes(name) ? `l.${identifier(name)}` : null;
  };
  const ours = (name: string): string | null => {
    const constant = layout.constants[name];
    return constant === undefined ? column(theirName(layout, name)) : literal(constant);
  };
  const numbers = new Set([
    ...[...file.numbers].map((name) => `p.${identifier(name)}`),
    ...[...(labels?.numbers ?? [])].map((name) => `l.${identifier(name)}`),
  ]);
  const real = (expression: string) =>
    numbers.has(expression) ? `${expression}::double` : `table_real(${expression})`;
  // What is not known is NaN where a program has no other way to say so.
  const labelled = (expression: string) =>
    numbers.has(expression) ? `nullif(${expression}::double, 'nan'::double)` : `table_label(${expression})`;
  const text = (name: string) => `${READ[name] ?? ''}(${ours(name) ?? 'null'})::varchar`;
  const texts = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'split', 'label_set', ...IMAGE_TEXTS];
  const selected = [
    ...texts.map((name) => `${text(name)} as ${name}`),
    `${clusterOf(layout, text, column)}::varchar as cluster`,
    `${real(ours('age_years') ?? 'null::double')} as age_years`,
    `${aspectOf(ours)} as aspect`,
    `${real(ours('view_probe_score') ?? 'null::double')} as view_probe_score`,
    `coalesce(${real(ours('seed') ?? '0::double')}, 0) as seed`,
    ...scoresOf(layout, file, { ours, column, real, labelled }),
  ];
  const optional = [...IMAGE_TEXTS, 'age_years', 'split', 'label_set', 'view_probe_score'];
  const has = optional.filter((name) => ours(name) !== null);
  if (ours('width') !== null && ours('height') !== null) has.push('aspect');
  const join = labels === null ? '' : joined(file, labels, layout);
  return {
    name: basename(file.path),
    sql: `select ${selected.join(', ')} from ${file.plain} p ${join}`,
    numbered: `select ${selected.join(', ')}, ${index} as file, p."row" as "row" from ${file.numbered} p ${join}`,
    has,
  };
}

/** How columns of texts are read; names of models, findings and data sets are any text, as it is. */
const READ: Readonly<Record<string, string>> = {
  image_id: 'table_id',
  patient_id: 'table_id',
  view: 'table_view',
  split: 'table_split',
  sex: 'table_sex',
};

/** Width over height; null where either is not known, or 0. */
function aspectOf(ours: (name: string) => string | null): string {
  const [width, height] = ['width', 'height'].map((name) => `try_cast(${ours(name) ?? 'null'} as double)`);
  return `${width} / nullif(${height}, 0)`;
}

function clusterOf(
  { cluster }: InputLayout,
  text: (name: string) => string,
  column: (name: string) => string | null,
): string {
  if (cluster === 'image') return 'null';
  return cluster === 'patient' ? text('patient_id') : `table_id(${column(cluster)})`;
}

type Expression = (of: string) => string;

/** How a query names and reads columns. */
interface Reading {
  /** a column by our name, and by the file's */
  readonly ours: (name: string) => string | null;
  readonly column: (name: string) => string | null;
  readonly real: Expression;
  readonly labelled: Expression;
}

/** Finding, label and score: of a long table as they are, of a wide one a row for each finding. */
function scoresOf(layout: InputLayout, file: Scanned, { ours, column, real, labelled }: Reading): string[] {
  if (layout.wide === null) {
    const [finding, label, score] = [ours('finding'), ours('label'), ours('score')] as string[];
    return [
      `${finding}::varchar as finding`,
      `${labelled(label as string)} as label`,
      `${real(score as string)} as score`,
    ];
  }
  const { wide, wideLabels, labelList } = layout;
  const list = labelList === null ? null : mustHave(column(labelList), labelList, file);
  const label = (finding: string) => {
    if (list !== null) return `list_contains(string_split(${list}, '|'), ${literal(finding)})::double`;
    const name = columnOf(wideLabels, finding);
    return labelled(mustHave(column(name), name, file));
  };
  const structs = wideFindings(wide, file.columns, file.path).map((finding) => {
    const score = real(column(columnOf(wide, finding)) as string);
    return `{ 'finding': ${literal(finding)}, 'label': ${label(finding)}, 'score': ${score} }`;
  });
  return [`unnest([${structs.join(', ')}], recursive := true)`];
}

function mustHave(expression: string | null, name: string, file: Scanned): string {
  if (expression !== null) return expression;
  throw new UserError(
    `no column ${name}`,
    basename(file.path),
    'name the columns of labels with --wide-labels or --label-list, or give their file with --labels',
  );
}

function joined(file: Scanned, labels: Scanned, layout: InputLayout): string {
  const keys = ['image_id', 'dataset'].map((name) => theirName(layout, name));
  const shared = keys.filter((key) => file.columns.includes(key) && labels.columns.includes(key));
  const [image] = keys as [string];
  if (!shared.includes(image)) {
    throw new UserError(
      `no column ${image} to join the labels by`,
      basename(labels.path),
      nearestColumn(image, labels.columns),
    );
  }
  const on = shared.map((key) => {
    const [p, l] = [`p.${identifier(key)}`, `l.${identifier(key)}`];
    return key === image ? `table_id(${p}) = table_id(${l})` : `${p}::varchar = ${l}::varchar`;
  });
  return `left join ${labels.plain} l on ${on.join(' and ')}`;
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
