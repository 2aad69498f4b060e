import { basename } from 'node:path';
import { UserError } from '@viewgap/contracts';
import { groupColumns, IMAGE_TEXTS } from '../study/study.ts';
import type { TextMacro } from './files/cell-sql.ts';
import {
  checkColumns,
  columnOf,
  groupNames,
  type InputLayout,
  nearestColumn,
  theirName,
  wideFindings,
} from './files/prediction-columns.ts';
import { identifier, literal, type PredictionQuery } from './files/prediction-query.ts';
import type { Scanned } from './files/scan-file.ts';
import type { ListTable } from './label-list-table.ts';

/** What a query is made of. */
export interface QueryParts {
  readonly file: Scanned;
  readonly labels: Scanned | null;
  readonly layout: InputLayout;
  /** the file's place among the others */
  readonly index: number;
  /** its lists of labels; null where it has none */
  readonly lists: ListTable | null;
}

/** The file's rows with the columns of the predictions table. @throws UserError for a missing column */
export function queryOf({ file, labels, layout, index, lists }: QueryParts): PredictionQuery {
  const names = [...file.columns, ...(labels?.columns ?? [])];
  checkColumns(names, file.path, layout);
  const column = (name: string): string | null => columnIn(file, labels, name);
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
  const asItIs = new Set([
    ...[...file.asItIs].map((name) => `p.${identifier(name)}`),
    ...[...(labels?.asItIs ?? [])].map((name) => `l.${identifier(name)}`),
  ]);
  const read = (macro: TextMacro | undefined, expression: string | null) =>
    macro === undefined || expression === null || asItIs.has(expression)
      ? `(${expression ?? 'null'})::varchar`
      : `${macro}(${expression})::varchar`;
  const text = (name: string) => read(READ[name], ours(name));
  const texts = ['dataset', 'image_id', 'patient_id', 'view', 'model', 'split', 'label_set', ...IMAGE_TEXTS];
  const groups = groupColumns(layout.groups ?? []);
  // A column that the user names is read as our column where it is one; a whole number has no `.0`.
  const groupText = (name: string) => {
    const known = Object.keys(READ).find((ours) => theirName(layout, ours) === name);
    return read(known === undefined ? 'table_id' : READ[known], column(name));
  };
  const selected = [
    ...texts.map((name) => `${text(name)} as ${name}`),
    ...groupNames(layout).map((name, g) => `${groupText(name)} as ${groups[g]}`),
    `${clusterOf(layout, text, (name) => read('table_id', column(name)))}::varchar as cluster`,
    `${real(ours('age_years') ?? 'null::double')} as age_years`,
    `${aspectOf(ours)} as aspect`,
    `${real(ours('view_probe_score') ?? 'null::double')} as view_probe_score`,
    `coalesce(${real(ours('seed') ?? '0::double')}, 0) as seed`,
    ...scoresOf(layout, file, { ours, column, real, labelled, lists }),
  ];
  const optional = [...IMAGE_TEXTS, 'age_years', 'split', 'label_set', 'view_probe_score'];
  const has: string[] = [...optional.filter((name) => ours(name) !== null), ...groups];
  if (ours('width') !== null && ours('height') !== null) has.push('aspect');
  const join = [labels === null ? '' : joined(file, labels, layout), lists?.join ?? ''].join(' ');
  return {
    name: basename(file.path),
    sql: `select ${selected.join(', ')} from ${file.plain} p ${join}`,
    numbered: `select ${selected.join(', ')}, ${index} as file, p."row" as "row" from ${file.numbered} p ${join}`,
    has,
  };
}

/** How columns of texts are read; names of models, findings and data sets are any text, as it is. */
export const READ: Readonly<Record<string, TextMacro>> = {
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
  id: (column: string) => string,
): string {
  if (cluster === 'image') return 'null';
  return cluster === 'patient' ? text('patient_id') : id(cluster);
}

type Expression = (of: string) => string;

/** How a query names and reads columns. */
interface Reading {
  /** a column by our name, and by the file's */
  readonly ours: (name: string) => string | null;
  readonly column: (name: string) => string | null;
  readonly real: Expression;
  readonly labelled: Expression;
  readonly lists: ListTable | null;
}

/** Finding, label and score: of a long table as they are, of a wide one a row for each finding. */
function scoresOf(
  layout: InputLayout,
  file: Scanned,
  { ours, column, real, labelled, lists }: Reading,
): string[] {
  if (layout.wide === null) {
    const [finding, label, score] = [ours('finding'), ours('label'), ours('score')] as string[];
    return [
      `${finding}::varchar as finding`,
      `${labelled(label as string)} as label`,
      `${real(score as string)} as score`,
    ];
  }
  const { wide, wideLabels } = layout;
  const label = (finding: string) => {
    if (lists !== null) return lists.label(finding);
    const name = columnOf(wideLabels, finding);
    return labelled(mustHave(column(name), name, file));
  };
  const structs = wideFindings(wide, file.columns, file.path).map((finding) => {
    const score = real(column(columnOf(wide, finding)) as string);
    return `{ 'finding': ${literal(finding)}, 'label': ${label(finding)}, 'score': ${score} }`;
  });
  return [`unnest([${structs.join(', ')}], recursive := true)`];
}

/** A column of the file, or else of the labels beside it. */
function columnIn(file: Scanned, labels: Scanned | null, name: string): string | null {
  if (file.columns.includes(name)) return `p.${identifier(name)}`;
  return labels?.columns.includes(name) ? `l.${identifier(name)}` : null;
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
