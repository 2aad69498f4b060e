import { readdir } from 'node:fs/promises';
import { METRICS_TABLES, type MetricsTableShape } from '@viewgap/contracts/metrics';
import type { Table } from './contrasts/table.ts';

const FOLDER = new URL('./tables/', import.meta.url);

/** Names in the order of metrics.json, of the tables that its readers know. */
const KNOWN = Object.keys(METRICS_TABLES);

/**
 * Every table of metrics.json, one a file of the folder tables: a file that is added there is a table that is written.
 * Those that readers know stand first, in their order.
 */
export async function metricsTables(): Promise<readonly Table[]> {
  const files = (await readdir(FOLDER)).filter((name) => /(?<![.]test)[.]ts$/.test(name)).sort();
  const tables = await Promise.all(
    files.map(async (name) => (await import(new URL(name, FOLDER).href)).table),
  );
  return tables.toSorted((a: Table, b: Table) => placeOf(a) - placeOf(b));
}

function placeOf({ shape }: Table): number {
  const place = KNOWN.indexOf(shape.name);
  return place < 0 ? KNOWN.length : place;
}

/** The columns of those tables that readers do not know. */
export function ownShapes(tables: readonly Table[]): MetricsTableShape[] {
  return tables.map(({ shape }) => shape).filter(({ name }) => !KNOWN.includes(name));
}
