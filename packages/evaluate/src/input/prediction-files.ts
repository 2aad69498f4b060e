import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { IMAGE_TEXTS } from '../study/study.ts';
import { checkColumns, columnOf, type InputLayout, theirName, wideFindings } from './prediction-columns.ts';
import { loadArrow } from './read-arrow.ts';

/** What other programs write where they mean nothing: R, pandas, numpy, SQL. */
const NOTHING = ['', 'NA', 'NaN', 'nan', 'null', 'NULL', 'None'];

/** A file as DuckDB reads it; `numbered` has a column more, `row`: the number of each row, from 1 below the header. */
interface Scanned {
  readonly path: string;
  readonly plain: string;
  readonly numbered: string;
  readonly columns: readonly string[];
}

/** A predictions table as a SQL query with the columns of architecture's table and `cluster`. */
export interface PredictionQuery {
  /** of the file, for messages */
  readonly name: string;
  readonly sql: string;
  /** the same with `file` and `row`: slower, for messages */
  readonly numbered: string;
  /** optional columns that it has; `aspect` where it has width and height */
  readonly has: readonly string[];
}

/**
 * Opens predictions tables: `.arrow` (IPC file or stream) from predict or any other program, `.csv`, `.csv.gz` and
 * `.parquet`. Nothing is read yet but their columns (of Arrow files, their rows).
 * @throws UserError for a file that is missing or of another kind, and for a missing column
 */
export async function openPredictions(
  connection: DuckDBConnection,
  paths: readonly string[],
  layout: InputLayout,
): Promise<PredictionQuery[]> {
  const labels = layout.labels === null ? null : await scan(connection, layout.labels, 'labels', 'labels');
  const queries: PredictionQuery[] = [];
  for (const [index, path] of paths.entries()) {
    const file = await scan(connection, path, `predictions_${index}`, 'predictions');
    queries.push(queryOf(file, labels, layout, index));
  }
  return queries;
}

/** DuckDB says in words what is wrong with a file; the first line of them is for the user. A bug stays a bug. */
export async function readable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof UserError || cause instanceof TypeError || cause instanceof RangeError) throw cause;
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new UserError('the predictions file cannot be read', path, why, { cause });
  }
}

/** A column's name, or a name in a file, as SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function scan(
  connection: DuckDBConnection,
  path: string,
  name: string,
  kind: 'predictions' | 'labels',
): Promise<Scanned> {
  await mustExist(path, kind);
  if (/\.arrow$/i.test(path)) {
    await loadArrow(connection, path, name);
    const columns = (await columnNames(connection, name, path)).filter((column) => column !== 'row');
    return { path, plain: name, numbered: name, columns };
  }
  const relation = scanFunction(path, kind);
  return { path, ...relation, columns: await columnNames(connection, relation.plain, path) };
}

function scanFunction(path: string, kind: string): { plain: string; numbered: string } {
  const quoted = literal(path);
  if (/\.parquet$/i.test(path)) {
    const numbered = `(select *, file_row_number + 1 as "row" from read_parquet(${quoted}, file_row_number = true))`;
    return { plain: `read_parquet(${quoted})`, numbered };
  }
  if (/\.csv(\.gz)?$/i.test(path)) {
    const nothing = NOTHING.map(literal).join(', ');
    const plain = `read_csv(${quoted}, header = true, all_varchar = true, nullstr = [${nothing}])`;
    return { plain, numbered: `(select *, row_number() over () as "row" from ${plain})` };
  }
  throw new UserError(`not a ${kind} file`, path, 'give .arrow, .parquet, .csv or .csv.gz');
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

async function columnNames(connection: DuckDBConnection, relation: string, path: string): Promise<string[]> {
  const sql = `select column_name as name from (describe select * from ${relation})`;
  return (await readable(path, queryRows<{ name: string }>(connection, sql))).map(({ name }) => name);
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
  const text = (name: string) => `${ours(name) ?? 'null'}::varchar`;
  const texts = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'split', 'label_set', ...IMAGE_TEXTS];
  const selected = [
    ...texts.map((name) => `${text(name)} as ${name}`),
    `${clusterOf(layout, text, column)}::varchar as cluster`,
    `${real(ours('age_years') ?? 'null::double')} as age_years`,
    `${aspectOf(ours)} as aspect`,
    `${real(ours('view_probe_score') ?? 'null::double')} as view_probe_score`,
    `coalesce(${real(ours('seed') ?? '0::double')}, 0) as seed`,
    ...scoresOf(layout, file, ours, column),
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
  return cluster === 'patient' ? text('patient_id') : (column(cluster) as string);
}

/** Finding, label and score: of a long table as they are, of a wide one a row for each finding. */
function scoresOf(
  layout: InputLayout,
  file: Scanned,
  ours: (name: string) => string | null,
  column: (name: string) => string | null,
): string[] {
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
      `it has ${labels.columns.join(', ')}`,
    );
  }
  const on = shared.map((key) => `p.${identifier(key)}::varchar = l.${identifier(key)}::varchar`);
  return `left join ${labels.plain} l on ${on.join(' and ')}`;
}

/** Numbers as doubles; what is there but is no number becomes NaN, which the rows report. */
function real(expression: string): string {
  return `case when ${expression} is null then null else coalesce(try_cast(${expression} as double), 'nan'::double) end`;
}

/** pandas writes an unknown label as NaN. */
function labelled(expression: string): string {
  return `case when isnan(try_cast(${expression} as double)) then null else ${real(expression)} end`;
}
