import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byteLength, encodePieces, SHARD, Store } from '@viewgap/artifacts';
import type { IngestConfig } from '@viewgap/contracts';
import { mapInBatches, mapParallel } from './files/parallel.ts';
import { FILES_AHEAD, ReadPool } from './read/read-pool.ts';

/** What reading a folder took. */
export interface ReadingTime {
  readonly images: number;
  readonly seconds: number;
  /** of the shards */
  readonly bytes: number;
  /** files that could not be read */
  readonly failed: number;
}

const SHARD_IMAGES = 256;
/** Files that the threads have read before the time runs. */
const WARM_FILES = 24;
/** Body parts that are no chest but are read all the same: sample films of the DICOM standard's makers. */
const ANY_PART = ['EXTREMITY', 'HIP'];

/**
 * Times what ingest does with each file: read, hash, decode, hash, resize, encode, and the shards of it all written to
 * a store. The threads have been started, and have read a few files, before the time runs.
 */
export async function benchReading(
  folder: string,
  options: {
    readonly settings: IngestConfig;
    readonly repeat: number;
    readonly workers: number;
    /** folder of the store, to be removed by the caller */
    readonly store: string;
  },
): Promise<ReadingTime> {
  const { settings, repeat, workers } = options;
  const names = (await readdir(folder)).filter((name) => /\.(png|dcm)$/.test(name)).sort();
  const paths = names.map((name) => join(folder, name));
  const jobs = Array.from({ length: repeat }, () => paths).flat();
  const store = new Store(options.store);
  const pool = new ReadPool({ settings: { ...settings, bodyParts: ANY_PART }, workers });
  try {
    const read = (path: string) => pool.read(path);
    await mapParallel(paths.slice(0, WARM_FILES), 2 * workers, read);
    const start = performance.now();
    let [bytes, failed] = [0, 0];
    await mapInBatches(jobs, { limit: FILES_AHEAD * workers, batch: SHARD_IMAGES }, read, async (results) => {
      const rows = results.flatMap(({ image }, i) =>
        'encoded' in image ? [{ image_id: `${i}`, image: image.encoded }] : [],
      );
      failed += results.length - rows.length;
      const shard = await encodePieces(SHARD, rows, { view: 'unknown' });
      bytes += byteLength(shard);
      await store.put(...shard);
    });
    return { images: jobs.length, seconds: (performance.now() - start) / 1000, bytes, failed };
  } finally {
    await pool.close();
  }
}

/** Whether a folder's images are DICOM. */
export async function isDicomFolder(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => name.endsWith('.dcm'));
}
