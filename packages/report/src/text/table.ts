import { count, fixed, letter, pValue, signed } from './format.ts';

/** A number with its interval. */
export interface Estimate {
  readonly value: number | null;
  readonly ci: readonly [number, number] | null;
}

/** Content of a cell: null could not be computed (printed n/a), undefined does not apply (printed empty). */
export type TableValue = string | number | Estimate | null | undefined;

export interface TableColumn {
  /** name in the csv; an estimate also gets `<key>_lo` and `<key>_hi` */
  readonly key: string;
  readonly head: string;
  /** columns that stand side by side under one heading, e.g. a model */
  readonly group?: string;
  readonly kind: 'label' | 'text' | 'count' | 'number' | 'p' | 'estimate' | 'signed-estimate' | 'signed';
  readonly digits?: number;
  /** what people read in place of a code; the csv keeps the code */
  readonly shown?: (code: string) => string;
}

export interface TableRow {
  readonly values: Readonly<Record<string, TableValue>>;
  /** why a cell is n/a, or what limits it: column key -> note */
  readonly notes?: Readonly<Record<string, string | null>>;
  readonly strong?: boolean;
}

/**
 * A table as csv, md, tex and the page all print it: one source, so that they agree.
 * Columns of kind `label` come first and head the row; equal neighbours in them are printed once on the page.
 */
export interface DataTable {
  readonly name: string;
  readonly title: string;
  /** what the reader must know to read it */
  readonly about: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** plain lines below the table, before its footnotes */
  readonly remarks?: readonly string[];
}

export interface PrintedCell {
  readonly main: string;
  /** `(0.651, 0.773)` */
  readonly interval: string | null;
  readonly mark: string;
}

export interface Footnote {
  /** `a`; null where it is of the whole table */
  readonly mark: string | null;
  readonly text: string;
}

export interface Footnotes {
  readonly notes: readonly Footnote[];
  /** `a,c`; empty where the cell has none */
  markOf(row: TableRow, column: TableColumn): string;
}

/**
 * The distinct notes of a table, in the order of their first cell. A note is a list of remarks between semicolons;
 * each remark is a footnote, and one that every row with numbers has on a number comes first and without a mark.
 */
export function footnotes(table: DataTable): Footnotes {
  const remarks = [
    ...new Set(table.rows.flatMap((row) => table.columns.flatMap((column) => remarksOf(row, column)))),
  ];
  const onNumbers = table.rows
    .map((row) => table.columns.filter((column) => hasNumber(row.values[column.key])))
    .map((columns, i) => columns.flatMap((column) => remarksOf(table.rows[i] as TableRow, column)))
    .filter((_, i) =>
      Object.keys(table.rows[i]?.notes ?? {}).some((key) => hasNumber(table.rows[i]?.values[key])),
    );
  const general = remarks.filter(
    (remark) => onNumbers.length > 0 && onNumbers.every((row) => row.includes(remark)),
  );
  const marked = remarks.filter((remark) => !general.includes(remark));
  return {
    notes: [
      // formats end each note with a full stop
      ...(table.remarks ?? []).map((text) => ({ mark: null, text: text.replace(/\.$/, '') })),
      ...general.map((text) => ({ mark: null, text: `Throughout: ${text}` })),
      ...marked.map((text, i) => ({ mark: letter(i), text })),
    ],
    markOf: (row, column) =>
      remarksOf(row, column)
        .filter((remark) => marked.includes(remark))
        .map((remark) => marked.indexOf(remark))
        .sort((a, b) => a - b)
        .map(letter)
        .join(','),
  };
}

function hasNumber(value: TableValue): boolean {
  return typeof value === 'number' || (isEstimate(value) && value.value !== null);
}

/** Remarks as footnotes: how few the clusters are stands in the sample's own table, and would bury the rest here. */
function remarksOf(row: TableRow, column: TableColumn): string[] {
  const remarks = row.notes?.[column.key]?.split('; ') ?? [];
  return remarks.map((remark) => remark.replace(/^(few [a-z]+): .*$/s, '$1'));
}

/** One cell as people read it. */
export function printCell(column: TableColumn, row: TableRow, marks: Footnotes): PrintedCell {
  const value = row.values[column.key];
  const mark = marks.markOf(row, column);
  if (isEstimate(value)) {
    const digits = column.kind === 'signed-estimate' ? signed : fixed;
    if (value.value === null) return { main: 'n/a', interval: null, mark };
    const interval = value.ci && `(${value.ci.map((bound) => digits(bound, column.digits)).join(', ')})`;
    return { main: digits(value.value, column.digits), interval, mark };
  }
  return { main: printValue(column, value), interval: null, mark };
}

function printValue(column: TableColumn, value: string | number | null | undefined): string {
  if (value === undefined) return '';
  if (value === null) return 'n/a';
  if (typeof value === 'string') return column.shown ? column.shown(value) : value;
  if (column.kind === 'count') return count(value);
  if (column.kind === 'p') return pValue(value);
  if (column.kind === 'signed') return signed(value, column.digits);
  return fixed(value, column.digits);
}

export function isEstimate(value: TableValue): value is Estimate {
  return typeof value === 'object' && value !== null;
}

export function isNumeric(column: TableColumn): boolean {
  return column.kind !== 'label' && column.kind !== 'text';
}

/** Heading of a column where groups cannot be shown: `Model 1 AUROC`. */
export function flatHead(column: TableColumn): string {
  return column.group === undefined ? column.head : `${column.group} ${column.head}`;
}

/** Runs of neighbouring columns of one group; a column without a group is a run of its own. */
export function columnGroups(
  columns: readonly TableColumn[],
): { group: string | null; from: number; width: number }[] {
  const runs: { group: string | null; from: number; width: number }[] = [];
  for (const [from, { group = null }] of columns.entries()) {
    const run = runs.at(-1);
    if (run && group !== null && run.group === group) run.width++;
    else runs.push({ group, from, width: 1 });
  }
  return runs;
}

/** First words of every caption when any source of the data is synthetic. */
export const SYNTHETIC = 'SYNTHETIC';

/** Column of a csv that marks synthetic data. */
export const SYNTHETIC_COLUMN = 'data';
