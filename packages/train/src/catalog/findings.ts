import { queryRows, type withDuckDB } from '@viewgap/artifacts';
import type { Finding } from '@viewgap/contracts';

type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/** The findings of a catalog.duckdb, in the study's order. */
export async function findingsOf(connection: Connection): Promise<Finding[]> {
  const rows = await queryRows<{ finding: Finding }>(
    connection,
    'select finding from findings order by place',
  );
  return rows.map(({ finding }) => finding);
}
