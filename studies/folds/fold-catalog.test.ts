import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRows, CATALOG_TABLES, queryRows, withDuckDB } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { permuteLabels } from './fold-catalog.ts';

/** Patients 0 to 19 have 1 to 20 images; an image's five labels spell its patient's number in binary. */
const IMAGES = Array.from({ length: 20 }, (_, patient) =>
  Array.from({ length: patient + 1 }, (_, i) => ({ patient, image_id: `${patient}-${i}` })),
).flat();

/** The number that the labels of each image spell, in the order of the patients. */
async function dealt(seed: number | null): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-folds-'));
  try {
    return await withDuckDB(join(folder, 'catalog.duckdb'), async (connection) => {
      await connection.run(CATALOG_TABLES);
      await appendRows(
        connection,
        'findings',
        DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
      );
      await appendRows(connection, 'images', IMAGES.map(imageRow));
      await appendRows(connection, 'labels', IMAGES.flatMap(labelRows));
      if (seed !== null) await permuteLabels(connection, seed);
      const rows = await queryRows<{ patient: number }>(
        connection,
        `select sum(label * (1 << (list_position(['${DEFAULT_FINDINGS.join("', '")}'], finding) - 1)))::int as patient
         from images join labels using (source, image_id)
         group by patient_id, source, image_id order by patient_id, source, image_id`,
      );
      return rows.map((row) => row.patient);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function imageRow({ patient, image_id }: (typeof IMAGES)[number]) {
  return {
    source: 'nih',
    role: 'train',
    image_id,
    patient_id: `nih:${String(patient).padStart(2, '0')}`,
    patient_known: true,
    view: 'PA',
    view_source: 'metadata',
    view_conflict: false,
    width: 1,
    height: 1,
    file_sha256: '',
    pixel_sha256: image_id,
    shard: '',
    row: 0,
    split: 'train',
    overlap: false,
  };
}

function labelRows({ patient, image_id }: (typeof IMAGES)[number]) {
  return DEFAULT_FINDINGS.map((finding, bit) => ({
    source: 'nih',
    image_id,
    finding,
    label: (patient >> bit) & 1,
    label_set: 'report',
  }));
}

test('permuted labels are the same labels, whole, in runs of one patient, in another order for another seed', async () => {
  const before = await dealt(null);
  const after = await dealt(0);
  expect(before).toEqual(IMAGES.map(({ patient }) => patient));
  expect(after).not.toEqual(before);
  expect(after.toSorted((a, b) => a - b)).toEqual(before);
  // A patient's labels lie side by side: as many runs as patients.
  expect(after.filter((patient, i) => patient !== after[i - 1])).toHaveLength(20);
  expect(await dealt(0)).toEqual(after);
  expect(await dealt(1)).not.toEqual(after);
});
