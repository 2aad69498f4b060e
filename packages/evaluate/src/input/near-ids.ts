import type { DuckDBConnection } from '@duckdb/node-api';
import { queryRows } from '@viewgap/artifacts';
import { counted } from '@viewgap/contracts';

/** The ids of the table `images` that may be one id, written in two ways. */
const IDS = [
  { column: 'cluster', noun: 'patient id', meaning: 'they are taken for different patients' },
  { column: 'image_id', noun: 'image id', meaning: 'they are taken for different images' },
] as const;

/** @returns a line for each kind of id of which some differ in capitals or zeros in front alone */
export async function nearIds(connection: DuckDBConnection): Promise<string[]> {
  const warnings: string[] = [];
  for (const { column, noun, meaning } of IDS) {
    const [found] = await queryRows<{ ids: number }>(
      connection,
      `select coalesce(sum(spellings), 0)::integer as ids from (
         select count(*) as spellings from (select distinct dataset, ${column} as id from images where ${column} is not null)
         group by dataset, ltrim(lower(id), '0') having count(*) > 1)`,
    );
    const ids = found?.ids ?? 0;
    if (ids > 0)
      warnings.push(
        `${noun}s that differ in capitals or zeros in front alone: ${counted(ids, noun)} (${meaning}: write each alike everywhere)`,
      );
  }
  return warnings;
}
