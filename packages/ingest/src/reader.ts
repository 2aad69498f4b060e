import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type IngestConfig, type Progress, UserError } from '@viewgap/contracts';
import type { ListedFile } from './listing.ts';
import { mapParallel } from './parallel.ts';
import { ReadPool } from './read-pool.ts';
import type { ReadResult } from './read-worker.ts';
import type { FreshReading } from './reading.ts';
import type { ReadingCache } from './reading-cache.ts';

const MAX_BATCH = 256;
/** A batch of images is held in memory until it is written as one part. */
const MAX_BATCH_BYTES = 2 ** 26;

/** Images of a batch: a killed run loses at most so many. */
export function batchSize(settings: IngestConfig): number {
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(MAX_BATCH_BYTES / settings.size ** 2)));
}

/**
 * Reads the files that the cache does not know, batch by batch, a few at a time.
 * @returns how many files were read
 */
export async function readMissing(options: {
  readonly label: string;
  readonly root: string;
  readonly files: readonly ListedFile[];
  readonly settings: IngestConfig;
  readonly cache: ReadingCache;
  readonly progress: Progress;
  readonly batch?: number;
}): Promise<number> {
  const { label, root, files, settings, cache, progress, batch = batchSize(settings) } = options;
  const missing = files.filter((file) => !cache.find(file));
  const task = progress.start(label, missing.length, 'images');
  const workers = Math.min(missing.length, availableParallelism());
  const pool = new ReadPool({ settings, workers });
  let done = 0;
  try {
    for (let start = 0; start < missing.length; start += batch) {
      const fresh = await mapParallel(
        missing.slice(start, start + batch),
        FILES_AHEAD * workers,
        async (file) => {
          const one = await readOne(pool, root, file);
          task.update(++done);
          return one;
        },
      );
      await cache.add(fresh);
    }
  } finally {
    await pool.close();
  }
  task.finish(`${missing.length} read, ${files.length - missing.length} known from earlier runs`);
  return missing.length;
}

/** Files that are with each worker or wait for it. */
const FILES_AHEAD = 3;

async function readOne(pool: ReadPool, root: string, file: ListedFile): Promise<FreshReading> {
  const { fileSha256, image } = await readFile(pool, join(root, file.path));
  if ('reason' in image) {
    return { reading: { file, fileSha256, outcome: 'rejected', ...image }, png: null };
  }
  const { width, height, pixelSha256, png } = image;
  // The cache gives the true place when it has written the batch.
  const place = { holder: 'part', sha256: '', row: 0 } as const;
  return {
    reading: { file, fileSha256, outcome: 'usable', width, height, pixelSha256, pngBytes: png.length, place },
    png,
  };
}

async function readFile(pool: ReadPool, path: string): Promise<ReadResult> {
  try {
    return await pool.read(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new UserError('an image went away while the source was read', path, 'run again', { cause });
  }
}
