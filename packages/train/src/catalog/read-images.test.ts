import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRows, CATALOG_TABLES, withDuckDB } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelledImages } from './read-images.ts';

let folder: string;
let catalog: string;

const ROWS = [
  { image_id: 'ä 2.png', age_years: null, sex: null, view: 'AP', shard: 's2', labels: [1, 0, null, 1, 0] },
  {
    image_id: 'a.png',
    age_years: 0,
    sex: 'F',
    view: 'PA',
    shard: 's1',
    labels: [null, null, null, null, null],
  },
  { image_id: 'b.png', age_years: 71, sex: 'M', view: 'unknown', shard: 's1', labels: [0, 1, 1, 0, 1] },
] as const;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-images-'));
  catalog = join(folder, 'catalog.duckdb');
  await withDuckDB(catalog, async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(
      connection,
      'findings',
      DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
    );
    const images = ROWS.map(({ labels: _, ...row }, i) => ({
      ...row,
      source: 'nih',
      role: 'train',
      patient_id: `nih:${i}`,
      patient_known: true,
      view_source: 'metadata',
      view_conflict: false,
      width: 1,
      height: 1,
      file_sha256: '',
      pixel_sha256: '',
      row: 10 + i,
      split: 'train',
      overlap: false,
    }));
    const many = Array.from({ length: 9000 }, (_, i) => ({
      ...(images[2] as (typeof images)[number]),
      source: 'many',
      image_id: `${i}`.padStart(5, '0'),
      split: 'val',
    }));
    await appendRows(connection, 'images', [...images, ...many]);
    await appendRows(
      connection,
      'labels',
      ROWS.flatMap(({ image_id, labels }) =>
        DEFAULT_FINDINGS.map((finding, f) => ({
          source: 'nih',
          image_id,
          finding,
          label: labels[f] ?? null,
          label_set: 'report',
        })),
      ),
    );
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the images of a split come with all that the catalog says of them, by source and id', async () => {
  const images = [...(await labelledImages(catalog, ['train']))];
  expect(images).toEqual(
    [1, 2, 0].map((i) => {
      const { image_id, age_years, labels, ...rest } = ROWS[i] as (typeof ROWS)[number];
      return {
        ...rest,
        source: 'nih',
        imageId: image_id,
        patientId: `nih:${i}`,
        split: 'train',
        ageYears: age_years,
        labels,
        row: 10 + i,
      };
    }),
  );
});

test('an image without labels has none that is known, and thousands keep their order', async () => {
  const images = await labelledImages(catalog, ['val', 'test']);
  expect(images.length).toBe(9000);
  [...images].forEach((image, i) => {
    expect(image.imageId).toBe(`${i}`.padStart(5, '0'));
  });
  expect(images.at(8999)).toMatchObject({
    imageId: '08999',
    view: 'unknown',
    labels: [null, null, null, null, null],
  });
  expect(images.at(9000)).toBeUndefined();
});

test('a catalog without images of a split gives none', async () => {
  expect([...(await labelledImages(catalog, ['external']))]).toEqual([]);
});
