import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { appendRows, CATALOG_TABLES, type Manifest, withDuckDB } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { temporaryFolder, testCatalogFacts } from '../../test/testing.ts';
import { type CatalogSummary, readCatalog } from './catalog-summary.ts';

const CONFIG = testCatalogFacts({ nih: 'train' }, false);

/** id, patient, view, age, sex, No Finding; labels CSN and PTX */
const FILMS = [
  ['1', 'p', 'AP', 40, 'F', true, 0, 0],
  ['2', 'p', 'AP', 60, 'F', false, 1, null],
  ['3', 'q', 'AP', null, 'M', null, 0, null],
  ['4', 'q', 'PA', 30, null, true, 1, 1],
] as const;

async function summaryOf(config: unknown): Promise<CatalogSummary> {
  const folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
  await withDuckDB(join(folder, 'catalog.duckdb'), async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(
      connection,
      'findings',
      DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
    );
    await appendRows(
      connection,
      'images',
      FILMS.map(([image_id, patient_id, view, age_years, sex, no_finding], row) => ({
        source: 'nih',
        role: 'train',
        image_id,
        patient_id,
        patient_known: true,
        view,
        view_source: 'metadata',
        view_conflict: false,
        age_years,
        sex,
        no_finding,
        width: 1,
        height: 1,
        file_sha256: '',
        pixel_sha256: '',
        shard: '',
        row,
        split: 'test',
        overlap: false,
      })),
    );
    const labels = FILMS.flatMap(([image_id, , , , , , csn, ptx]) => [
      { source: 'nih', image_id, finding: 'CSN', label: csn, label_set: 'report' },
      { source: 'nih', image_id, finding: 'PTX', label: ptx, label_set: 'report' },
    ]);
    await appendRows(connection, 'labels', labels);
    const refused = { source: 'nih', reason: 'unreadable', detail: '' };
    await appendRows(connection, 'quarantine', [
      { ...refused, ref: 'a' },
      { ...refused, ref: 'b' },
    ]);
  });
  const manifest: Manifest = { schema: 1, stage: 'catalog', inputs: {}, config, files: [], counts: {} };
  return readCatalog({ folder, manifest, sha256: '' }, 'run: catalog');
}

test('counts images, patients, ages and sexes per split and view', async () => {
  const summary = await summaryOf(CONFIG);
  expect(summary).toMatchObject({ images: 4, patients: 2 });
  expect(summary.views).toEqual([
    { view: 'AP', images: 3, patients: 2 },
    { view: 'PA', images: 1, patients: 1 },
  ]);
  expect(summary.groups[0]).toMatchObject({
    view: 'AP',
    images: 3,
    patients: 2,
    age_known: 2,
    age_median: 50,
    age_q1: 45,
    age_q3: 55,
    female: 2,
    male: 1,
    no_finding: 1,
    no_finding_known: 2,
  });
});

test('none of the findings is told only where every label is known, or one is present', async () => {
  const { groups } = await summaryOf(CONFIG);
  expect(groups[0]).toMatchObject({ none: 1, none_known: 2 });
  expect(groups[1]).toMatchObject({ none: 0, none_known: 1 });
});

test('counts labels that are not known apart, and patients once', async () => {
  const { labels, quarantine } = await summaryOf(CONFIG);
  expect(labels[0]).toEqual({
    source: 'nih',
    split: 'test',
    view: 'AP',
    finding: 'CSN',
    positives: 1,
    negatives: 2,
    unknown: 0,
    positive_patients: 1,
    negative_patients: 2,
  });
  expect(labels[1]).toMatchObject({
    finding: 'PTX',
    positives: 0,
    negatives: 1,
    unknown: 2,
    negative_patients: 1,
  });
  expect(quarantine).toEqual([{ source: 'nih', reason: 'unreadable', inputs: 2 }]);
});

test('a catalog that does not say what its sources are is refused: nothing could be stamped', async () => {
  const { sources: _, ...without } = CONFIG;
  for (const config of [null, {}, without, { ...CONFIG, sources: { nih: { synthetic: 'no' } } }]) {
    await expect(summaryOf(config)).rejects.toThrow(
      /catalog artifact was written by another version.*run: catalog/,
    );
  }
});
