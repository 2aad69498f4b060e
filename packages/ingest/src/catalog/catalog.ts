import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  type CatalogFacts,
  duckdbEntry,
  finishArtifact,
  type ManifestFile,
  runFacts,
  type Store,
  withDuckDB,
} from '@viewgap/artifacts';
import {
  type CatalogConfig,
  codesOf,
  counted,
  type Findings,
  type Progress,
  UserError,
} from '@viewgap/contracts';
import { findLookAlikes } from '../lookalikes/search.ts';
import { type Connection, countRows } from '../sql.ts';
import { catalogCounts, fillCatalog } from './catalog-content.ts';
import { type CatalogSource, checkOneGeometry, openSource } from './catalog-record.ts';
import { labelGapLines } from './label-gaps.ts';
import { patientLines } from './patient-check.ts';

export interface BuildCatalogOptions {
  /** folder of each source's ingest artifact, by the source's name */
  readonly sources: Readonly<Record<string, string>>;
  readonly config: CatalogConfig;
  /** what the study is of */
  readonly findings: Findings;
  /** folder of the artifact */
  readonly out: string;
  readonly store: Store;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** the command that ingests a source again, for errors */
  readonly rebuild: (source: string) => string;
}

const CATALOG_NAME = 'catalog.duckdb';
/** Steps of fillCatalog beside the reading of each source. */
const STEPS = 6;

/**
 * Brings all sources together in catalog.duckdb: resolves who is the same patient, drops repeated images, splits by
 * patient, and checks that no external set shares a film or a patient with a training set.
 * @throws UserError where a source is not ingested, its patient ids tell nothing apart, or the gate finds something shared
 */
export async function buildCatalog(options: BuildCatalogOptions): Promise<Artifact> {
  const { config, findings, out, progress, clock } = options;
  const started = clock();
  const sources = await openSources(options);
  checkOneGeometry(sources);
  await beginArtifact(out);
  const { counts, doubts } = await writeCatalog(sources, options);
  const artifact = await finishArtifact(
    out,
    {
      stage: 'catalog',
      inputs: Object.fromEntries(sources.map(({ name, artifact }) => [`ingest/${name}`, artifact.sha256])),
      config: factsOf(sources, config, findings),
      files: [await duckdbEntry(out, CATALOG_NAME), ...sources.flatMap(shardEntries)],
      counts,
    },
    runFacts(started, clock()),
  );
  const { images, patients } = artifact.manifest.counts;
  progress.log(
    `catalog: ${counted(images ?? 0, 'image')} of ${counted(patients ?? 0, 'patient')} of ${sources.map(({ name }) => name).join(', ')}`,
  );
  for (const line of doubts) progress.log(line);
  return artifact;
}

function factsOf(
  sources: readonly CatalogSource[],
  catalog: CatalogConfig,
  findings: Findings,
): CatalogFacts {
  const [first] = sources as [CatalogSource];
  return {
    catalog,
    findings: codesOf(findings).map((code) => ({ code, labels: labelsUsed(findings, code, sources) })),
    images: first.settings,
    sources: Object.fromEntries(
      sources.map(({ name, facts: { role, synthetic } }) => [name, { role, synthetic }]),
    ),
  };
}

/** Labels of the layouts that the sources have: neither another's nor a title is a cause to train again. */
function labelsUsed(findings: Findings, code: string, sources: readonly CatalogSource[]) {
  const { title: _, ...labels } = findings[code] as Findings[string];
  const layouts = sources.flatMap(({ facts }) => [facts.adapter, ...facts.overlays.map(({ name }) => name)]);
  return Object.fromEntries(
    Object.entries(labels).flatMap(([layout, names]) =>
      layouts.includes(layout) ? [[layout, [...names]]] : [],
    ),
  );
}

async function openSources({ sources, store, rebuild }: BuildCatalogOptions): Promise<CatalogSource[]> {
  const opened: CatalogSource[] = [];
  for (const [name, folder] of Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1))) {
    opened.push(await openSource(name, folder, { store, rebuild: rebuild(name) }));
  }
  if (opened.length === 0) throw new UserError('no source', 'catalog', 'name at least one');
  return opened;
}

async function writeCatalog(
  sources: readonly CatalogSource[],
  { config, findings, out, store, progress }: BuildCatalogOptions,
): Promise<{ counts: Record<string, number>; doubts: string[] }> {
  const path = join(out, CATALOG_NAME);
  const task = progress.start('write the catalog', sources.length + STEPS, 'step');
  let done = 0;
  return withDuckDB(path, async (connection) => {
    await fillCatalog(
      connection,
      sources,
      config,
      findings,
      join(out, 'overlap.csv'),
      (to) => findLookAlikes(to, store, progress),
      (name) => task.update(done++, name),
    );
    await checkCatalog(connection, codesOf(findings).length);
    const counts = await catalogCounts(connection);
    task.finish(counted(counts.images ?? 0, 'image'));
    const patients = (await patientLines(connection, sources)).map((line) => `catalog: ${line}`);
    return { counts, doubts: [...patients, ...(await labelGapLines(connection, sources, findings))] };
  }).catch(async (error: unknown) => {
    // A catalog that is refused must not lie there as if it were one.
    await rm(path, { force: true });
    throw error;
  });
}

/** What holds by construction, asked of the finished tables all the same: a leak here would spoil every number. */
async function checkCatalog(connection: Connection, findings: number): Promise<void> {
  const checks = {
    'patients in two splits': `select patient_id from images group by all having count(distinct split) > 1`,
    'patients of a training and an external set': `select patient_id from images group by all
      having count(distinct role) > 1`,
    'images used twice in a source': `select source, pixel_sha256 from images group by all having count(*) > 1`,
    'images without their labels': `select source, image_id from images left join labels using (source, image_id)
      group by all having count(distinct finding) <> ${findings}`,
  };
  for (const [what, sql] of Object.entries(checks)) {
    const count = await countRows(connection, `(${sql})`);
    if (count !== 0) throw new Error(`the catalog has ${count} ${what}`);
  }
}

function shardEntries({ name, artifact }: CatalogSource): ManifestFile[] {
  return artifact.manifest.files
    .filter(({ kind }) => kind === 'store')
    .map((file) => ({ ...file, path: `${name}/${file.path}` }));
}
