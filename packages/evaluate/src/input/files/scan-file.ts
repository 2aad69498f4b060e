import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { isWorkbook } from '@viewgap/tables';
import { NOTHING } from './cell-sql.ts';
import { plainCopy, plainTable, ROW, renamed } from './plain-copy.ts';
import type { InputLayout } from './prediction-columns.ts';
import { identifier, literal, readable } from './prediction-query.ts';
import { loadArrow, NUMBER } from './read-arrow.ts';

/** A file as DuckDB reads it; `numbered` has a column more, `row`: the number of each row, from 1 below the header. */
export interface Scanned {
  readonly path: string;
  readonly plain: string;
  readonly numbered: string;
  readonly columns: readonly string[];
  /** columns that hold numbers, and those that hold texts; others are lists, times and flags */
  readonly numbers: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  /** of these, those whose texts need no reading */
  readonly asItIs: ReadonlySet<string>;
  /** all of its columns are texts, whatever they hold; a copy is at hand with its rows' numbers, a file is not */
  readonly isText?: 'copy' | 'file';
}

export interface ScanOptions {
  /** of its table in DuckDB, or of its copy */
  readonly name: string;
  readonly kind: 'predictions' | 'labels';
  readonly layout: InputLayout;
  /** a folder for copies, made when it is asked for */
  readonly scratch: () => Promise<string>;
}

/** @throws UserError for a file that is missing or of another kind, and for one whose header cannot be read */
export async function scanFile(
  connection: DuckDBConnection,
  path: string,
  options: ScanOptions,
): Promise<Scanned> {
  const { name, kind, layout } = options;
  await mustExist(path, kind);
  if (/\.(arrow|feather|ipc)$/i.test(path)) {
    await loadArrow(connection, path, name);
    const plain = `(select * exclude (${NUMBER}) from ${name})`;
    return described(connection, path, { plain, base: name, row: NUMBER }, layout);
  }
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(path) || isWorkbook(path)) {
    const plain = isWorkbook(path) ? null : await plainTable(path, layout);
    if (plain !== null) return { path, ...plainScan(path, plain) };
    const copy = join(await options.scratch(), `${name}.csv`);
    return { path, ...copyScan(copy, await plainCopy(path, layout, copy)) };
  }
  return described(connection, path, scanFunction(path, kind), layout);
}

type TextScan = Omit<Scanned, 'path'>;

/** A text table that DuckDB reads where it lies. */
function plainScan(path: string, table: NonNullable<Awaited<ReturnType<typeof plainTable>>>): TextScan {
  const { names, separator, lineEnd, longest } = table;
  const read = readCsv(path, names, { separator, lineEnd, longest, skip: 1 });
  const numbered = `(select *, ${IN_ORDER} as ${identifier(ROW)} from ${read})`;
  return { plain: read, numbered, ...textColumns(names), isText: 'file' };
}

/** A copy, whose first column numbers its rows. */
function copyScan(copy: string, { names, longest }: Awaited<ReturnType<typeof plainCopy>>): TextScan {
  // A letter has at most three bytes.
  const settings = { separator: ',', lineEnd: '\n', longest: 3 * longest, skip: 0 };
  const read = readCsv(copy, names, settings, `${literal(ROW)}: 'BIGINT', `);
  return {
    plain: `(select * exclude (${identifier(ROW)}) from ${read})`,
    numbered: `(select * from ${read})`,
    ...textColumns(names),
    isText: 'copy',
  };
}

const textColumns = (names: readonly string[]) => ({
  columns: names,
  numbers: new Set<string>(),
  texts: new Set(names),
  asItIs: new Set<string>(),
});

interface CsvSettings {
  readonly separator: string;
  readonly lineEnd: string;
  /** bytes of a line */
  readonly longest: number;
  readonly skip: number;
}

/** Bytes: DuckDB's own. */
const MAX_LINE_SIZE = 2_000_000;

/** Nothing is guessed, and all columns are texts. */
function readCsv(path: string, names: readonly string[], settings: CsvSettings, before = ''): string {
  const { separator, lineEnd, longest, skip } = settings;
  const types = names.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  const options = [
    `columns = { ${before}${types} }`,
    `nullstr = [${NOTHING.map(literal).join(', ')}]`,
    `header = false, auto_detect = false, hive_partitioning = false, skip = ${skip}`,
    `delim = '${separator}', quote = '"', escape = '"', new_line = '${lineEnd === '\n' ? '\\n' : '\\r\\n'}'`,
    // A larger bound makes DuckDB slower: twice with 64 MiB.
    `max_line_size = ${Math.max(MAX_LINE_SIZE, longest)}`,
  ];
  return `read_csv(${file(path)}, ${options.join(', ')})`;
}

/** A path as it is: DuckDB takes brackets and stars for patterns of names. */
function file(path: string): string {
  return literal(path.replaceAll(/[[*?]/g, '[$&]'));
}

/** DuckDB's number of a row of Parquet, from 0. */
const FILE_ROW = 'file_row_number';
const IN_ORDER = 'row_number() over ()';

interface Relation {
  readonly plain: string;
  /** the same, with what `row` needs: SQL of a row's number */
  readonly base: string;
  readonly row: string;
}

function scanFunction(path: string, kind: string): Relation {
  if (/\.parquet$/i.test(path)) {
    // A folder called view=AP is a name: DuckDB would put it in the place of the file's own column.
    const read = (options: string) => `read_parquet(${file(path)}, hive_partitioning = false${options})`;
    return { plain: read(''), base: read(`, ${FILE_ROW} = true`), row: `${FILE_ROW} + 1` };
  }
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path)) {
    const plain = `read_json(${file(path)}, hive_partitioning = false, format = 'newline_delimited', sample_size = -1)`;
    return { plain, base: plain, row: IN_ORDER };
  }
  throw new UserError(
    `not a ${kind} file`,
    path,
    'give .arrow, .feather, .parquet, .csv, .tsv, .txt or .jsonl (each of these four also .gz), or .xlsx',
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

/** The columns of a relation, by the names of those that are read, in any case and with any blanks. */
async function described(
  connection: DuckDBConnection,
  path: string,
  { plain, base, row }: Relation,
  layout: InputLayout,
): Promise<Scanned> {
  const sql = `select column_name as name, column_type as type from (describe select * from ${plain})`;
  const found = await readable(path, queryRows<{ name: string; type: string }>(connection, sql));
  const header = found.map(({ name }) => name);
  const names = renamed(header, layout, basename(path));
  const own = names.map((name, i) =>
    name === header[i] ? null : `${identifier(header[i] as string)} as ${identifier(name)}`,
  );
  const changed = own.filter((one) => one !== null);
  const withNames = (relation: string) =>
    changed.length === 0 ? relation : `(select * rename (${changed.join(', ')}) from ${relation})`;
  const ofType = (pattern: RegExp) =>
    new Set(names.filter((_, i) => pattern.test(found[i]?.type ?? '') && !found[i]?.type.includes('[')));
  return {
    path,
    plain: withNames(plain),
    numbered: `(select *, ${row} as ${identifier(ROW)} from ${withNames(base)})`,
    columns: names,
    numbers: ofType(/INT|^FLOAT|^DOUBLE|^DECIMAL/),
    texts: ofType(/^VARCHAR/),
    asItIs: new Set(),
  };
}
