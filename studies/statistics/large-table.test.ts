import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryRows, withDuckDB } from '@viewgap/artifacts';
import { expect, test } from 'vitest';
import { writeLargeTable } from './large-table.ts';

test('the table that is timed has ten rows an image, four images a patient, and some of every class and view', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-large-'));
  try {
    const path = join(folder, 'table.parquet');
    await writeLargeTable(path, 4000);
    await withDuckDB(':memory:', async (connection) => {
      const [counts] = await queryRows<Record<string, number>>(
        connection,
        `select count(*)::integer as rows, count(distinct image_id)::integer as images,
           count(distinct patient_id)::integer as patients, avg(label) as prevalence,
           avg((view = 'AP')::integer) as ap, count(*) filter (not isfinite(score))::integer as bad from '${path}'`,
      );
      expect(counts).toMatchObject({ rows: 40_000, images: 4000, patients: 1000, bad: 0 });
      expect(counts?.prevalence).toBeCloseTo(0.06, 1);
      expect(counts?.ap).toBeCloseTo(0.45, 1);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
