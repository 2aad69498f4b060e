import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  appendRows,
  beginArtifact,
  CATALOG_TABLES,
  duckdbEntry,
  encodeTable,
  finishArtifact,
  SHARD,
  Store,
  withDuckDB,
} from '@viewgap/artifacts';
import { DEFAULT_FINDINGS, type DefaultFinding, type Label, type Split } from '@viewgap/contracts';
import sharp from 'sharp';

const IMAGES = fileURLToPath(new URL('../../../pipelines/nih-sample/images', import.meta.url));

/** Edge of the images, pixels. */
export const SIZE = 32;

/**
 * A catalog of real radiographs in which consolidation is planted: a bright square in one corner. Fibrosis is not
 * known for any image; the other findings are absent in all.
 * @param labelOf what the catalog says instead
 */
export async function plantedCatalog(
  folder: string,
  count: number,
  labelOf: PlantedLabel = plantedLabel,
): Promise<{ catalog: string; store: Store }> {
  const store = new Store(join(folder, 'store'));
  const catalog = join(folder, 'catalog');
  const names = (await readdir(IMAGES)).sort().slice(0, count);
  const images = await Promise.all(names.map((name, i) => planted(join(IMAGES, name), i % 2 === 0)));
  const shard = await store.put(
    encodeTable(
      SHARD,
      names.map((image_id, i) => ({ image_id, image: images[i] ?? null })),
    ),
  );
  await beginArtifact(catalog);
  await withDuckDB(join(catalog, 'catalog.duckdb'), async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(
      connection,
      'findings',
      DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
    );
    await appendRows(
      connection,
      'images',
      names.map((image_id, i) => imageRow(image_id, i, shard)),
    );
    await appendRows(
      connection,
      'labels',
      names.flatMap((image_id, i) => labelRows(image_id, i, labelOf)),
    );
  });
  await finishArtifact(
    catalog,
    {
      stage: 'catalog',
      inputs: {},
      config: {
        catalog: { seed: 0, splits: { train: 0.5, val: 0.25, test: 0.25 } },
        findings: DEFAULT_FINDINGS.map((code) => ({ code, labels: {} })),
        images: { size: SIZE, geometry: 'stretch' },
        sources: { nih: { role: 'train', synthetic: false } },
      },
      files: [await duckdbEntry(catalog, 'catalog.duckdb')],
      counts: {},
    },
    {},
  );
  return { catalog, store };
}

async function planted(path: string, positive: boolean): Promise<Uint8Array> {
  const film = sharp(path).removeAlpha().toColourspace('b-w').resize(SIZE, SIZE, { fit: 'fill' });
  const square = {
    create: { width: 12, height: 12, channels: 3, background: positive ? '#fff' : '#000' },
  } as const;
  return film
    .composite([{ input: square, left: 2, top: 2 }])
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

function imageRow(image_id: string, i: number, shard: string) {
  return {
    source: 'nih',
    role: 'train',
    image_id,
    patient_id: `nih:${image_id.slice(0, 8)}`,
    // of every eighth film it is not known whose it is
    patient_known: i % 8 !== 7,
    study_id: null,
    view: i % 3 === 0 ? 'AP' : 'PA',
    view_source: 'metadata',
    view_conflict: i % 16 === 5,
    support_devices: i % 4 === 0 ? null : i % 4 === 1,
    age_years: 50,
    sex: 'F',
    width: 2500 + i,
    height: 2048,
    file_sha256: '',
    pixel_sha256: '',
    shard,
    row: i,
    split: splitOf(i),
    overlap: i % 16 === 6,
  };
}

export type PlantedLabel = (finding: DefaultFinding, i: number, split: Split) => Label;

export const plantedLabel: PlantedLabel = (finding, i) => {
  if (finding === 'FIB') return null;
  return finding === 'CSN' && i % 2 === 0 ? 1 : 0;
};

function splitOf(i: number): Split {
  return (['train', 'train', 'val', 'test'] as const)[Math.floor(i / 2) % 4] ?? 'train';
}

function labelRows(image_id: string, i: number, labelOf: PlantedLabel) {
  return DEFAULT_FINDINGS.map((finding) => ({
    source: 'nih',
    image_id,
    finding,
    label: labelOf(finding, i, splitOf(i)),
    label_set: 'report',
  }));
}
