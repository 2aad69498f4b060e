import { basename } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { appendRows, queryRows } from '@viewgap/artifacts';
import { counted, nearestName, UserError } from '@viewgap/contracts';
import { type InputLayout, wideFindings } from './files/prediction-columns.ts';
import { identifier, readable } from './files/prediction-query.ts';
import type { Scanned } from './files/scan-file.ts';
import { listedNames, listSeparator, nameKey } from './label-list.ts';

/** A table of DuckDB with each list of labels and what it says of each finding. */
export interface ListTable {
  /** SQL that joins it to the rows */
  readonly join: string;
  /** SQL of a finding's label: null where a row has no list */
  readonly label: (finding: string) => string;
}

interface ListOptions {
  readonly file: Scanned;
  readonly labels: Scanned | null;
  readonly layout: InputLayout;
  /** name of the table */
  readonly table: string;
  readonly warn: (line: string) => void;
}

/**
 * Reads the lists of labels, each that occurs once.
 * @returns null where the labels are no lists
 * @throws UserError where no list names a finding that was scored
 */
export async function labelLists(
  connection: DuckDBConnection,
  { file, labels, layout, table, warn }: ListOptions,
): Promise<ListTable | null> {
  const { wide, labelList } = layout;
  if (wide === null || labelList === null) return null;
  const [owner, alias] = file.columns.includes(labelList) ? [file, 'p'] : [labels, 'l'];
  if (owner === null || !owner.columns.includes(labelList)) {
    const cure = 'name the column of the lists with --label-list, or give their file with --labels';
    throw new UserError(`no column ${labelList}`, basename(file.path), cure);
  }
  const findings = wideFindings(wide, file.columns, file.path);
  const value = `table_text(${identifier(labelList)})`;
  const found = await readable(
    basename(owner.path),
    queryRows<{ list: string; rows: number }>(
      connection,
      `select ${value} as list, count(*)::double as rows from ${owner.plain} where ${value} is not null group by all`,
    ),
  );
  const separator = listSeparator(found.map(({ list }) => list));
  const lists = found.map(({ list, rows }) => ({ list, rows, names: new Set(listedNames(list, separator)) }));
  const keys = findings.map(nameKey);
  checkNames(findings, keys, lists, `${JSON.stringify(labelList)} of ${basename(owner.path)}`, warn);
  const flags = keys.map((_, k) => `f${k}`);
  await connection.run(
    `create temp table ${table} (list varchar, ${flags.map((flag) => `${flag} double`).join(', ')})`,
  );
  const flagsOf = (names: ReadonlySet<string>) =>
    Object.fromEntries(keys.map((key, k) => [`f${k}`, names.has(key) ? 1 : 0]));
  await appendRows(
    connection,
    table,
    lists.map(({ list, names }) => ({ list, ...flagsOf(names) })),
  );
  return {
    join: `left join ${table} lists on lists.list = table_text(${alias}.${identifier(labelList)})`,
    label: (finding) => `lists.f${findings.indexOf(finding)}`,
  };
}

interface List {
  readonly rows: number;
  readonly names: ReadonlySet<string>;
}

/** Names that differ in the lists and in the scores would make positives negatives. */
function checkNames(
  findings: readonly string[],
  keys: readonly string[],
  lists: readonly List[],
  column: string,
  warn: (line: string) => void,
): void {
  const known = new Set(lists.flatMap(({ names }) => [...names]));
  const scored = new Set(keys);
  const others = [...known].filter((name) => !scored.has(name));
  const absent = findings.filter((_, f) => !known.has(keys[f] as string));
  if (absent.length === findings.length && lists.length > 0) {
    // Not quoted: it may be another column, of persons.
    const cure = 'write the names of the findings alike in both, or name another column';
    throw new UserError('no list of labels names a finding that has scores', column, cure);
  }
  const near = (key: string) => nearestName(key, others).match(/^did you mean .*/)?.[0] ?? null;
  for (const finding of absent) {
    const cure = near(nameKey(finding)) ?? 'it is taken for absent in all: check its name';
    warn(`no list of labels names ${finding}: ${column} (${cure})`);
  }
  const rows = lists.reduce(
    (sum, list) => sum + ([...list.names].some((name) => !scored.has(name)) ? list.rows : 0),
    0,
  );
  if (others.length > 0)
    warn(`${counted(others.length, 'name')} without scores in ${counted(rows, 'list')} of labels: ${column}`);
}
