#!/usr/bin/env tsx
// Memory of `viewgap train`, its threads included: by epoch on a pipeline's catalog, and with a catalog of 1.6 million
// images, of which it also takes the time to the first step, and predict's memory.
//
//     npx tsx studies/memory/train-memory.ts epochs [MODEL] [EPOCHS] [PIPELINE]     model1, 10, pipelines/nih-sample by default
//     npx tsx studies/memory/train-memory.ts large FOLDER [IMAGES]         1,600,905; the catalog stays in FOLDER
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  appendRows,
  beginArtifact,
  CATALOG_TABLES,
  type CatalogFacts,
  encodeTable,
  fileEntry,
  finishArtifact,
  runFolder,
  SHARD,
  Store,
  unitPath,
  withDuckDB,
} from '@viewgap/artifacts';
import {
  DEFAULT_FINDINGS,
  ingestConfig,
  modelConfig,
  type Progress,
  predictConfig,
  readPipeline,
  silentProgress,
  trainConfig,
} from '@viewgap/contracts';
import { defaultCacheDir, startEngine } from '@viewgap/engine';
import { predictImages, type TrainOptions, trainModel } from '@viewgap/train';

const POLL_MS = 20;
const clock = () => new Date();
const mib = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

type Work = Omit<
  TrainOptions,
  'engine' | 'progress' | 'clock' | 'seed' | 'pretrained' | 'rebuildCatalog' | 'name'
>;

async function train(work: Work, progress: Progress): Promise<void> {
  const engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: console.error });
  const rest = { name: 'model', seed: 0, pretrained: null, rebuildCatalog: 'make the catalog first' };
  await trainModel({ ...rest, ...work, engine, progress, clock });
}

/** Calls this often while the work goes on. */
async function watched<T>(look: () => void, work: Promise<T>): Promise<T> {
  const timer = setInterval(look, POLL_MS);
  return work.finally(() => clearInterval(timer));
}

async function epochs(name: string, count: number, folder: string): Promise<void> {
  const pipeline = await readPipeline(resolve(folder));
  const { common, models } = pipeline.config.train;
  const model = models[name];
  if (!model) throw new Error(`no model ${name} in ${pipeline.name}`);
  const out = await mkdtemp(join(tmpdir(), 'viewgap-memory-'));
  const peaks: number[] = [];
  const history = join(out, 'history.jsonl');
  const look = () => {
    const done = existsSync(history) ? readFileSync(history, 'utf8').split('\n').length - 1 : 0;
    peaks[done] = Math.max(peaks[done] ?? 0, mib());
  };
  const work = {
    model,
    common: { ...common, epochs: count, steps: null },
    catalog: runFolder(process.cwd(), pipeline.name, unitPath.catalog()),
    store: new Store(process.env.VIEWGAP_STORE ?? resolve('.viewgap/store')),
    out,
  };
  await watched(look, train(work, silentProgress)).finally(() => rm(out, { recursive: true, force: true }));
  console.log(
    `${name}, largest resident memory in each of ${count} epochs: ${peaks.slice(0, count).join(' ')} MiB`,
  );
}

const IMAGES_A_SHARD = 1024;
const EDGE = 32;

/** Made-up films of noise, each under its own name in a real shard. @returns the shards' names */
async function writeShards(store: Store, images: number): Promise<string[]> {
  const noise = createHash('shake256', { outputLength: EDGE ** 2 })
    .update('film')
    .digest();
  const names: string[] = [];
  for (let first = 0; first < images; first += IMAGES_A_SHARD) {
    const count = Math.min(IMAGES_A_SHARD, images - first);
    const rows = Array.from({ length: count }, (_, i) => ({
      image_id: createHash('md5')
        .update(`i${first + i}`)
        .digest('hex'),
      image: noise,
    }));
    names.push(await store.put(encodeTable(SHARD, rows)));
  }
  return names;
}

/** Ids as long as real ones, seven sources, three images a patient; of a hundred images two validate, three test. */
async function writeCatalog(catalog: string, store: Store, images: number): Promise<void> {
  const shards = await writeShards(store, images);
  const findings = DEFAULT_FINDINGS.map((finding) => `'${finding}'`).join(', ');
  await mkdir(catalog, { recursive: true });
  await beginArtifact(catalog);
  await withDuckDB(join(catalog, 'catalog.duckdb'), async (connection) => {
    await connection.run(`${CATALOG_TABLES}; create table parts (part integer, shard varchar)`);
    await appendRows(
      connection,
      'findings',
      DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
    );
    await appendRows(
      connection,
      'parts',
      shards.map((shard, part) => ({ part, shard })),
    );
    await connection.run(
      `insert into images by name
       select 'site-' || (i % 7) as source, 'train' as role, md5('i' || i) as image_id,
         'site-' || (i % 7) || ':' || left(md5('p' || (i // 3)), 16) as patient_id, true as patient_known,
         case when hash(i) % 5 < 3 then 'PA' when hash(i) % 50 = 4 then 'unknown' else 'AP' end as view,
         'metadata' as view_source, false as view_conflict, (hash(i) % 90)::int as age_years,
         case when i % 2 = 0 then 'F' else 'M' end as sex, 2048 as width, 2048 as height, '' as file_sha256,
         '' as pixel_sha256, shard, (i % ${IMAGES_A_SHARD})::int as row,
         case when i // 3 % 100 < 2 then 'val' when i // 3 % 100 < 5 then 'test' else 'train' end as split, false as overlap
       from range(${images}) t(i) join parts on part = i // ${IMAGES_A_SHARD}`,
    );
    await connection.run(
      `insert into labels by name
       select source, image_id, finding, 'report' as label_set,
         case when hash(image_id || finding) % 20 = 0 then 1 when hash(image_id || finding) % 20 = 1 then null else 0 end
           as label
       from images, unnest([${findings}]) t(finding); drop table parts`,
    );
  });
  const sites = Array.from({ length: 7 }, (_, i) => [`site-${i}`, { role: 'train', synthetic: true }]);
  const config: CatalogFacts = {
    catalog: {
      seed: 0,
      splits: { train: 0.95, val: 0.02, test: 0.03 },
      overlap: 'refuse',
      lookAlikes: false,
    },
    findings: DEFAULT_FINDINGS.map((code) => ({ code, labels: {} })),
    images: ingestConfig.parse({ size: EDGE, encoding: 'raw' }),
    sources: Object.fromEntries(sites),
  };
  const files = [await fileEntry(catalog, 'catalog.duckdb')];
  await finishArtifact(catalog, { stage: 'catalog', inputs: {}, config, files, counts: { images } }, {});
}

/** In processes of their own: what one took is not the next one's. */
async function large(folder: string, images: number): Promise<void> {
  const catalog = join(folder, 'catalog');
  if (!existsSync(join(catalog, 'manifest.json'))) {
    await writeCatalog(catalog, new Store(join(folder, 'store')), images);
  }
  for (const call of ['start', 'start source,view,finding', 'predict']) {
    const [verb = '', ...rest] = call.split(' ');
    const args = ['--import', 'tsx', import.meta.filename, verb, folder, ...rest];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${call} ended with ${status}`);
  }
}

const placesIn = (folder: string) => ({
  catalog: join(folder, 'catalog'),
  store: new Store(join(folder, 'store')),
});

/** Trains a few steps; the first one's time counts from the start of this process. */
async function start(folder: string, balance: readonly string[]): Promise<void> {
  const common = trainConfig.parse({ encoder: { widths: [8, 16] }, steps: 20, balance });
  const work = { ...placesIn(folder), model: modelConfig.parse({}), common, out: join(folder, 'train') };
  let first = '';
  const progress: Progress = {
    log: () => {},
    start: () => ({
      update: (step) => {
        if (first === '' && step > 0) first = `${(performance.now() / 1000).toFixed(1)} s, then ${mib()} MiB`;
      },
      finish: () => {},
    }),
  };
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, mib());
  };
  await watched(look, train(work, progress));
  console.log(
    `first step, ${balance.join(', ') || 'nothing'} balanced: ${first}; with validation at most ${peak} MiB`,
  );
}

async function predict(folder: string): Promise<void> {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, mib());
  };
  const engine = await startEngine({ cacheDir: defaultCacheDir(process.env), log: console.error });
  const before = mib();
  const work = predictImages({
    ...placesIn(folder),
    train: join(folder, 'train'),
    rebuildTrain: 'train first',
    rebuildCatalog: 'make the catalog first',
    config: predictConfig.parse({ shown: 0 }),
    shownSources: [],
    engine,
    out: join(folder, 'predict'),
    progress: silentProgress,
    clock,
  });
  const { manifest } = await watched(look, work);
  console.log(`predict, ${manifest.counts.images} images: ${before} MiB before, at most ${peak} MiB`);
}

const [verb, ...rest] = process.argv.slice(2);
const [first = '', second = '', third = ''] = rest;
if (verb === 'epochs') await epochs(first || 'model1', Number(second || 10), third || 'pipelines/nih-sample');
else if (verb === 'large') await large(resolve(first), Number(second || 1_600_905));
else if (verb === 'start') await start(first, second.split(',').filter(Boolean));
else if (verb === 'predict') await predict(first);
else throw new Error('epochs or large');
