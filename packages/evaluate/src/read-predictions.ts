import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Progress, queryRows, UserError, withDuckDB } from '@viewgap/contracts';
import { checkColumns } from './prediction-columns.ts';
import { type PredictionRow, PredictionRows } from './prediction-rows.ts';
import { readArrow } from './read-arrow.ts';

type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/** What other programs write where they mean nothing: R, pandas, numpy, SQL. */
const NOTHING = ['', 'NA', 'NaN', 'nan', 'null', 'NULL', 'None'];

/**
 * Reads predictions tables into columns: `.arrow` (IPC file or stream) from predict or any other program, `.csv`,
 * `.csv.gz` and `.parquet` through DuckDB, streamed.
 * @throws UserError for a file that is missing or of another kind, a missing column, and faulty rows
 */
export async function readPredictions(paths: readonly string[], progress: Progress): Promise<PredictionRows> {
  const rows = new PredictionRows();
  const task = progress.start('read predictions', paths.length, 'files');
  for (const [index, path] of paths.entries()) {
    await mustExist(path);
    rows.startFile(basename(path));
    if (path.endsWith('.arrow')) await readArrow(path, rows);
    else await readWithDuckDB(path, rows, () => task.update(index, `${rows.rows} rows`));
    task.update(index + 1, `${rows.rows} rows`);
  }
  task.finish(`${rows.rows} rows`);
  rows.check();
  return rows;
}

async function mustExist(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new UserError('no such predictions file', path, 'check the path, or run predict first', { cause });
  }
}

async function readWithDuckDB(path: string, rows: PredictionRows, tick: () => void): Promise<void> {
  const source = scan(path);
  await withDuckDB(':memory:', async (connection) => {
    const columns = await columnNames(connection, source, path);
    const sql = `select ${selection(columns)} from ${source}`;
    const result = await readable(path, connection.stream(sql));
    const next = () => readable(path, result.fetchChunk());
    for (let chunk = await next(); chunk && chunk.rowCount > 0; chunk = await next()) {
      const values = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnValues(i));
      for (let i = 0; i < chunk.rowCount; i++) rows.add(rowOf(values, i));
      tick();
    }
  });
}

function rowOf(values: readonly (readonly unknown[])[], i: number): PredictionRow {
  const text = (column: number) => values[column]?.[i] as string | null;
  const real = (column: number) => values[column]?.[i] as number | null;
  return {
    dataset: text(0),
    image_id: text(1),
    patient_id: text(2),
    view: text(3),
    model: text(4),
    finding: text(5),
    label: real(6),
    score: real(7),
    seed: real(8) as number,
    split: text(9),
  };
}

function scan(path: string): string {
  const quoted = `'${path.replaceAll("'", "''")}'`;
  if (/\.parquet$/i.test(path)) return `read_parquet(${quoted})`;
  if (/\.csv(\.gz)?$/i.test(path)) {
    const nothing = NOTHING.map((word) => `'${word}'`).join(', ');
    return `read_csv(${quoted}, header = true, all_varchar = true, nullstr = [${nothing}])`;
  }
  throw new UserError('not a predictions file', path, 'give .arrow, .parquet, .csv or .csv.gz');
}

/** Text as text, numbers as doubles; what is there but is no number becomes NaN, which the rows report. */
function selection(columns: readonly string[]): string {
  const text = (name: string) => `${name}::varchar`;
  const real = (name: string) =>
    `case when ${name} is null then null else coalesce(try_cast(${name} as double), 'nan'::double) end`;
  return [
    ...['dataset', 'image_id', 'patient_id', 'view', 'model', 'finding'].map(text),
    // pandas writes an unknown label as NaN
    `case when isnan(try_cast(label as double)) then null else ${real('label')} end`,
    real('score'),
    columns.includes('seed') ? `coalesce(${real('seed')}, 0)` : '0::double',
    columns.includes('split') ? text('split') : 'null::varchar',
  ].join(', ');
}

async function columnNames(connection: Connection, source: string, path: string): Promise<string[]> {
  const described = await readable(
    path,
    queryRows<{ name: string }>(
      connection,
      `select column_name as name from (describe select * from ${source})`,
    ),
  );
  const names = described.map(({ name }) => name);
  checkColumns(names, path);
  return names;
}

/** DuckDB says in words what is wrong with a file; the first line of them is for the user. */
async function readable<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new UserError('a predictions file that cannot be read', path, why, { cause });
  }
}
