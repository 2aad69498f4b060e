import { QUARANTINE_REASONS } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { CATALOG_TABLES, type CatalogImage } from './catalog-tables.ts';
import { appendRows, queryRows, withDuckDB } from './duckdb.ts';
import { PREDICTIONS, QUARANTINE, RECORDS, SHARD } from './tables.ts';

const names = (shape: { columns: readonly { name: string }[] }) => shape.columns.map(({ name }) => name);

async function catalogColumns(table: string): Promise<{ name: string; type: string; nullable: boolean }[]> {
  return withDuckDB(':memory:', async (connection) => {
    await connection.run(CATALOG_TABLES);
    return queryRows(
      connection,
      `select name, type, not "notnull" as nullable from pragma_table_info('${table}') order by cid`,
    );
  });
}

test('no table names a column twice', () => {
  for (const shape of [RECORDS, QUARANTINE, SHARD, PREDICTIONS]) {
    expect(new Set(names(shape)).size, shape.name).toBe(shape.columns.length);
  }
});

test('the images of the catalog are the records without their labels and how they were read, with their role and split', async () => {
  // The sheet and --explain read these from the records.
  const left = ['patient_form', 'labels', 'label_set', 'overlays', 'depth', 'grey_range', 'warnings'];
  const columns = await catalogColumns('images');
  expect(columns.map(({ name }) => name).sort()).toEqual(
    [
      ...names(RECORDS).filter((name) => !left.includes(name)),
      'role',
      'split',
      'overlap',
      'patient_known',
    ].sort(),
  );
  for (const { name, nullable } of RECORDS.columns.filter((column) => !left.includes(column.name))) {
    // whose film it is may be unknown to a source; the catalog then counts the film as a patient
    expect(
      columns.find((column) => column.name === name),
      name,
    ).toMatchObject({ nullable: nullable && name !== 'patient_id' });
  }
});

test('the quarantine of the catalog is that of ingest', async () => {
  expect((await catalogColumns('quarantine')).map(({ name }) => name)).toEqual(names(QUARANTINE));
});

test('a row of the catalog is what its type says', async () => {
  const image: CatalogImage = {
    source: 'nih',
    role: 'train',
    image_id: 'a.png',
    patient_id: 'p',
    patient_known: true,
    study_id: null,
    view: 'AP',
    view_source: 'metadata',
    view_conflict: false,
    supine: null,
    age_years: 61,
    sex: null,
    support_devices: null,
    no_finding: true,
    official_split: null,
    same_as: null,
    width: 2500,
    height: 2048,
    file_sha256: '',
    pixel_sha256: '',
    phash: null,
    shard: '',
    row: 0,
    split: 'val',
    overlap: false,
  };
  await withDuckDB(':memory:', async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(connection, 'images', [{ ...image }]);
    await appendRows(connection, 'labels', [
      { source: 'nih', image_id: 'a.png', finding: 'CSN', label: 1, label_set: 'report' },
      { source: 'nih', image_id: 'a.png', finding: 'PTX', label: null, label_set: 'report' },
    ]);
    expect(await queryRows(connection, 'from images')).toEqual([image]);
    expect(await queryRows(connection, 'select finding, label from labels')).toEqual([
      { finding: 'CSN', label: 1 },
      { finding: 'PTX', label: null },
    ]);
  });
});

test('every reason for quarantine says what it means', () => {
  for (const [reason, meaning] of Object.entries(QUARANTINE_REASONS)) {
    expect(reason).toMatch(/^[a-z-]+$/);
    expect(meaning.length).toBeGreaterThan(10);
  }
});
