#!/usr/bin/env tsx
/**
 * How long a training waits for its first batch to be chosen from a large catalog, and how much memory that takes:
 *
 *   npx tsx packages/train/scripts/large-catalog.ts [images]
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CATALOG_TABLES, FINDINGS, trainConfig, withDuckDB } from '@viewgap/contracts';
import { type TrainingOrder, trainingPlans } from '../src/batch-plans.ts';
import { batches, epochDraws } from '../src/image-order.ts';
import { labelledImages } from '../src/labelled-images.ts';

const IMAGES_A_SHARD = 4096;
const EPOCHS = 10;

/** A catalog of made-up rows: ids as long as real ones, three images a patient, no pixels. */
async function writeCatalog(file: string, images: number): Promise<void> {
  const findings = FINDINGS.map((finding) => `'${finding}'`).join(', ');
  await withDuckDB(file, async (connection) => {
    await connection.run(CATALOG_TABLES);
    await connection.run(
      `insert into images by name
       select 'site-' || (i % 7) as source, 'train' as role, md5('i' || i) as image_id,
         'site-' || (i % 7) || ':' || left(md5('p' || (i // 3)), 16) as patient_id, true as patient_known,
         case when hash(i) % 5 < 3 then 'PA' when hash(i) % 50 = 4 then 'unknown' else 'AP' end as view,
         'metadata' as view_source, false as view_conflict, (hash(i) % 90)::int as age_years,
         case when i % 2 = 0 then 'F' else 'M' end as sex, 2048 as width, 2048 as height, '' as file_sha256,
         '' as pixel_sha256, md5('s' || (i // ${IMAGES_A_SHARD})) || md5('t') as shard,
         (i % ${IMAGES_A_SHARD})::int as row, 'train' as split, false as overlap
       from range(${images}) t(i)`,
    );
    await connection.run(
      `insert into labels by name
       select source, image_id, finding, 'report' as label_set,
         case when hash(image_id || finding) % 20 = 0 then 1 when hash(image_id || finding) % 20 = 1 then null else 0 end
           as label
       from images, unnest([${findings}]) t(finding)`,
    );
  });
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const mib = () => Math.round(process.memoryUsage.rss() / 2 ** 20);

async function main(images: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-large-'));
  try {
    const file = join(folder, 'catalog.duckdb');
    await writeCatalog(file, images);
    // In a process of its own: what writing the catalog took is not training's.
    const args = ['--import', 'tsx', import.meta.filename, `${images}`, '--read', file];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(file: string): Promise<void> {
  const before = mib();
  const start = performance.now();
  const images = await labelledImages(file, ['train']);
  console.log(`${images.length} images read in ${seconds(start)} s, memory ${before} -> ${mib()} MiB`);
  const order: TrainingOrder = { ...trainConfig.parse({}), seed: 0, size: 224 };
  for (const balance of [[], ['source', 'view', 'finding']] as TrainingOrder['balance'][]) {
    const began = performance.now();
    const first = trainingPlans(images, { ...order, balance }).next().value?.images.length;
    console.log(
      `first batch of ${first}, ${balance.join(' and ') || 'nothing'} balanced: ${seconds(began)} s, ${mib()} MiB`,
    );
  }
  const began = performance.now();
  const steps = Math.floor((EPOCHS * images.length) / order.batchSize);
  const memory: number[] = [];
  for (const { step } of batches(epochDraws(0, images.length), { batchSize: order.batchSize, steps })) {
    if (step % Math.floor(steps / EPOCHS) === 0) memory.push(mib());
  }
  console.log(`${EPOCHS} epochs drawn in ${seconds(began)} s, memory by epoch: ${memory.join(' ')} MiB`);
}

const [, , count = '1600905', verb, file = ''] = process.argv;
await (verb === '--read' ? read(file) : main(Number(count)));
