import { join } from 'node:path';
import {
  type Artifact,
  appendRows,
  beginArtifact,
  CATALOG_TABLES,
  type CatalogConfig,
  type CatalogFacts,
  type Cell,
  duckdbEntry,
  FINDINGS,
  finishArtifact,
  type ManifestFile,
  type Progress,
  queryRows,
  runFacts,
  type Store,
  UserError,
  withDuckDB,
} from '@viewgap/contracts';
import { type CatalogContent, catalogContent, countsOf } from './catalog-content.ts';
import { type CatalogSource, checkOneGeometry, openSource } from './catalog-record.ts';
import { refuseLeaks } from './overlap.ts';

export interface BuildCatalogOptions {
  /** folder of each source's ingest artifact, by the source's name */
  readonly sources: Readonly<Record<string, string>>;
  readonly config: CatalogConfig;
  /** folder of the artifact */
  readonly out: string;
  readonly store: Store;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** the command that ingests a source again, for errors */
  readonly rebuild: (source: string) => string;
}

const CATALOG_NAME = 'catalog.duckdb';

/**
 * Brings all sources together in catalog.duckdb: resolves who is the same patient, drops repeated images, splits by
 * patient, and checks that no external set shares an image or a patient with a training set.
 * @throws UserError where a source is not ingested, or the gate finds something shared
 */
export async function buildCatalog(options: BuildCatalogOptions): Promise<Artifact> {
  const { config, out, progress, clock } = options;
  const started = clock();
  const sources = await openSources(options);
  checkOneGeometry(sources);
  const content = catalogContent(sources, config);
  const publicIds = new Map(sources.map(({ name, adapter }) => [name, adapter.publicIds]));
  refuseLeaks(content.overlap, (source) => publicIds.get(source) ?? false);

  await beginArtifact(out);
  await writeCatalog(join(out, CATALOG_NAME), content, progress);
  const artifact = await finishArtifact(
    out,
    {
      stage: 'catalog',
      inputs: Object.fromEntries(sources.map(({ name, artifact }) => [`ingest/${name}`, artifact.sha256])),
      config: factsOf(sources, config),
      files: [await duckdbEntry(out, CATALOG_NAME), ...sources.flatMap(shardEntries)],
      counts: countsOf(content),
    },
    runFacts(started, clock()),
  );
  const { images, patients } = artifact.manifest.counts;
  progress.log(
    `catalog: ${images} images of ${patients} patients of ${sources.map(({ name }) => name).join(', ')}`,
  );
  return artifact;
}

function factsOf(sources: readonly CatalogSource[], catalog: CatalogConfig): CatalogFacts {
  const [first] = sources as [CatalogSource];
  return {
    catalog,
    images: first.settings,
    sources: Object.fromEntries(sources.map(({ name, role, synthetic }) => [name, { role, synthetic }])),
  };
}

async function openSources({ sources, store, rebuild }: BuildCatalogOptions): Promise<CatalogSource[]> {
  const opened: CatalogSource[] = [];
  for (const [name, folder] of Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1))) {
    opened.push(await openSource(name, folder, { store, rebuild: rebuild(name) }));
  }
  if (opened.length === 0) throw new UserError('no source', 'catalog', 'name at least one');
  return opened;
}

async function writeCatalog(path: string, content: CatalogContent, progress: Progress): Promise<void> {
  const { images, labels, quarantine, overlap, flow } = content;
  const tables: [string, readonly object[]][] = Object.entries({
    images,
    labels,
    quarantine,
    overlap,
    flow,
  });
  const task = progress.start('write the catalog', tables.length, 'tables');
  await withDuckDB(path, async (connection) => {
    await connection.run(CATALOG_TABLES);
    for (const [i, [table, rows]] of tables.entries()) {
      await appendRows(connection, table, cellsOf(rows));
      task.update(i + 1, table);
    }
    await checkCatalog(connection);
  });
  task.finish(`${content.images.length} images`);
}

function* cellsOf(rows: readonly object[]): Iterable<Record<string, Cell>> {
  for (const row of rows) yield { ...row };
}

type Connection = Parameters<Parameters<typeof withDuckDB>[1]>[0];

/** What holds by construction, asked of the finished tables all the same: a leak here would spoil every number. */
async function checkCatalog(connection: Connection): Promise<void> {
  const checks = {
    'patients in two splits': `select patient_id from images group by all having count(distinct split) > 1`,
    'images used twice in a source': `select source, pixel_sha256 from images group by all having count(*) > 1`,
    'images without their labels': `select source, image_id from images left join labels using (source, image_id)
      group by all having count(distinct finding) <> ${FINDINGS.length}`,
  };
  for (const [what, sql] of Object.entries(checks)) {
    const [row] = await queryRows<{ n: number }>(connection, `select count(*)::int as n from (${sql})`);
    if (row?.n !== 0) throw new Error(`the catalog has ${row?.n} ${what}`);
  }
}

function shardEntries({ name, artifact }: CatalogSource): ManifestFile[] {
  return artifact.manifest.files
    .filter(({ kind }) => kind === 'store')
    .map((file) => ({ ...file, path: `${name}/${file.path}` }));
}
