import {
  type DataTable,
  isEstimate,
  SYNTHETIC,
  SYNTHETIC_COLUMN,
  type TableColumn,
  type TableRow,
} from '../text/table.ts';

/** A table as RFC 4180 csv with every digit; what is null or does not apply is empty, and `note` says why. */
export function tableCsv(table: DataTable, synthetic: boolean): string {
  const stamp = synthetic ? [SYNTHETIC] : [];
  const head = [
    ...(synthetic ? [SYNTHETIC_COLUMN] : []),
    ...table.columns.flatMap((column) =>
      column.kind.endsWith('estimate') ? [column.key, `${column.key}_lo`, `${column.key}_hi`] : [column.key],
    ),
    'note',
  ];
  const rows = table.rows.map((row) => [
    ...stamp,
    ...table.columns.flatMap((column) => fields(column, row)),
    [...new Set(Object.values(row.notes ?? {}).filter((note) => note !== null))].join('; '),
  ]);
  return [head, ...rows].map((row) => `${row.map(quote).join(',')}\n`).join('');
}

function fields(column: TableColumn, row: TableRow): string[] {
  const value = row.values[column.key];
  if (column.kind.endsWith('estimate')) {
    const { value: middle, ci } = isEstimate(value) ? value : { value: null, ci: null };
    return [middle, ci?.[0] ?? null, ci?.[1] ?? null].map((number) =>
      number === null ? '' : String(number),
    );
  }
  return [value === undefined || value === null || isEstimate(value) ? '' : String(value)];
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
