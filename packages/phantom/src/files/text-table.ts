import { gzipSync } from 'node:zlib';
import type { PhantomFile } from './layout.ts';

export type Row = readonly (string | number | null)[];

/** A csv or tsv, by its name; packed where that ends in .gz. Lines end as `eol` says. */
export function textTable(path: string, header: Row, rows: readonly Row[], eol = '\n'): PhantomFile {
  const delimiter = /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',';
  const text = [header, ...rows].map(
    (row) => `${row.map((cell) => quoted(cell, delimiter)).join(delimiter)}${eol}`,
  );
  const bytes = Buffer.from(text.join(''), 'utf8');
  return { path, bytes: path.endsWith('.gz') ? gzipSync(bytes) : bytes };
}

function quoted(cell: Row[number], delimiter: string): string {
  const text = String(cell ?? '');
  return /["\n\r]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}
