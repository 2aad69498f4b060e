import { availableParallelism } from 'node:os';
import type { IngestConfig, Progress } from '@viewgap/contracts';
import { wordsOf } from '../dicom/rejection.ts';
import { mapInBatches } from '../files/parallel.ts';
import type { Pseudonyms } from '../files/pseudonym.ts';
import type { ListedFile } from '../files/tree/listed-file.ts';
import type { ReaderSettings } from '../image/radiograph.ts';
import { SourceError } from '../tables/rows/source-error.ts';
import type { FreshReading } from './decoded.ts';
import { filmFacts } from './film-facts.ts';
import { FILES_AHEAD, type PoolOptions, ReadPool } from './read-pool.ts';
import type { ReadResult } from './read-worker.ts';
import type { ReadingCache } from './reading-cache.ts';

/** Fewer files than this are not worth another thread's start. */
const FILES_PER_WORKER = 16;
const MAX_BATCH = 256;
/** A batch of images is held in memory until it is written as one part. */
const MAX_BATCH_BYTES = 2 ** 26;

/** Images of a batch: a killed run loses at most two batches. */
export function batchSize(settings: IngestConfig): number {
  return Math.max(1, Math.min(MAX_BATCH, Math.floor(MAX_BATCH_BYTES / settings.size ** 2)));
}

type OpenedPool = Pick<ReadPool, 'read' | 'close'>;
/** Who reads many small sources gives threads that outlast each: a thread's start takes longer than a hundred films. */
export type OpenPool = (options: PoolOptions) => OpenedPool;

/**
 * Reads the files that the cache does not know, batch by batch, a few at a time.
 * @returns how many files were read
 */
export async function readMissing(options: {
  readonly label: string;
  readonly files: readonly ListedFile[];
  /** where a file lies */
  readonly locate: (file: ListedFile) => string;
  readonly settings: ReaderSettings;
  /** of a private source: the names under which ids of DICOM headers are kept */
  readonly pseudonyms: Pseudonyms | null;
  readonly cache: ReadingCache;
  readonly progress: Progress;
  readonly batch?: number;
  readonly openPool?: OpenPool;
}): Promise<number> {
  const { label, files, settings, cache, progress, batch = batchSize(settings) } = options;
  const { openPool = (pool) => new ReadPool(pool) } = options;
  const missing = files.filter((file) => !cache.find(file));
  const task = progress.start(label, missing.length, 'image');
  const workers = Math.min(Math.ceil(missing.length / FILES_PER_WORKER), availableParallelism());
  const pool = openPool({ settings, workers });
  let done = 0;
  try {
    const read = async (file: ListedFile) => {
      const one = await readOne(pool, file, options);
      task.update(++done);
      return one;
    };
    await mapInBatches(missing, { limit: FILES_AHEAD * workers, batch }, read, (fresh) => cache.add(fresh));
  } finally {
    await pool.close();
  }
  task.finish(`${missing.length} read, ${files.length - missing.length} known from earlier runs`);
  return missing.length;
}

async function readOne(
  pool: OpenedPool,
  file: ListedFile,
  { locate, pseudonyms }: Pick<Parameters<typeof readMissing>[0], 'locate' | 'pseudonyms'>,
): Promise<FreshReading> {
  const { fileSha256, image } = await readFile(pool, file, locate);
  if ('reason' in image) {
    const { reason } = image;
    const detail = pseudonyms === null ? wordsOf(image) : image.detail;
    const film = image.film && filmFacts(image.film, pseudonyms);
    return { reading: { file, fileSha256, film, outcome: 'rejected', reason, detail }, encoded: null };
  }
  const { encoded, film, ...pixels } = image;
  // The cache gives the true place when it has written the batch.
  const place = { holder: 'part', sha256: '', row: 0 } as const;
  const facts = { file, fileSha256, ...pixels, imageBytes: encoded.length, place };
  return { reading: { ...facts, film: film && filmFacts(film, pseudonyms), outcome: 'usable' }, encoded };
}

async function readFile(
  pool: OpenedPool,
  file: ListedFile,
  locate: (file: ListedFile) => string,
): Promise<ReadResult> {
  try {
    return await pool.read(locate(file));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new SourceError('an image disappeared while the source was read', file.path, 'run again');
  }
}
