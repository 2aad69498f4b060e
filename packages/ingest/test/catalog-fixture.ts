import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, queryRows, Store, withDuckDB } from '@viewgap/artifacts';
import { type CatalogConfig, DEFAULT_STUDY, type IngestConfig, type SourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { type BuildCatalogOptions, buildCatalog } from '../src/catalog/catalog.ts';
import { CLOCK, FIXTURE, ingest, nihConfig, type Row, recordedProgress, SETTINGS } from './testing.ts';

export const CONFIG: CatalogConfig = {
  seed: 0,
  splits: { train: 0.5, val: 0.25, test: 0.25 },
  overlap: 'refuse',
  lookAlikes: true,
};
const HEADER = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n';
export const RADIOGRAPHS = [
  '00000004_000',
  '00000013_000',
  '00000053_000',
  '00000096_005',
  '00000143_000',
] as const;

export interface Film {
  /** which real radiograph it is a copy of */
  readonly of: (typeof RADIOGRAPHS)[number];
  readonly name: string;
  readonly patient: number;
  readonly labels?: string;
  readonly view?: 'AP' | 'PA';
  /** other bytes, same pixels */
  readonly rewritten?: boolean;
}

/** Writes films in NIH's layout and ingests them; returns the artifact's folder. */
export async function source(
  work: string,
  name: string,
  films: readonly Film[],
  facts: Partial<SourceConfig> = {},
  settings: IngestConfig = SETTINGS,
): Promise<string> {
  const root = join(work, 'sources', name);
  await mkdir(join(root, 'images'), { recursive: true });
  let table = HEADER;
  for (const { of, name, patient, labels = 'No Finding', view = 'PA', rewritten = false } of films) {
    const from = join(FIXTURE, `images/${of}.png`);
    const to = join(root, `images/${name}.png`);
    await (rewritten ? sharp(from).png({ compressionLevel: 1 }).toFile(to) : copyFile(from, to));
    table += `${name}.png,${labels},0,${patient},50,F,${view}\n`;
  }
  await writeFile(join(root, 'Data_Entry.csv'), table);
  const out = join(work, 'runs', name);
  const config = nihConfig(root, facts);
  await ingest(work, root, { name, config, out, settings, cacheDir: join(work, 'cache', name) });
  return out;
}

export function build(
  work: string,
  sources: Record<string, string>,
  changes: Partial<BuildCatalogOptions> = {},
) {
  return buildCatalog({
    sources,
    config: CONFIG,
    findings: DEFAULT_STUDY,
    out: join(work, 'catalog'),
    store: new Store(join(work, 'store')),
    progress: recordedProgress([]),
    clock: CLOCK,
    rebuild: (name) => `run ingest of ${name}`,
    ...changes,
  });
}

export function query({ folder }: Artifact, sql: string): Promise<Row[]> {
  const path = join(folder, 'catalog.duckdb');
  return withDuckDB(path, (connection) => queryRows<Row>(connection, sql), { readOnly: true });
}
