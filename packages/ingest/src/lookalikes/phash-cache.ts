import { readFile } from 'node:fs/promises';
import { decodeTable, encodeTable, type Sha256, type TableShape, writeFileAtomic } from '@viewgap/artifacts';
import { type Progress, UserError } from '@viewgap/contracts';
import { Kernels } from '@viewgap/shards/grey';
import { lazily } from '../read/lazily.ts';
import type { ReadingCache } from '../read/reading-cache.ts';
import type { Kept } from '../records/shard-writer.ts';
import { decodeFilm } from './film-pixels.ts';
import { lookOf, lookToHex } from './phash.ts';

/** The looks that earlier runs made, by the pixels of the original. Another size or another hash needs another version. */
const LOOKS: TableShape = {
  name: 'looks',
  version: 1,
  columns: [
    { name: 'pixel_sha256', type: 'text', nullable: false },
    { name: 'look_hash', type: 'text', nullable: false },
  ],
};

/**
 * The look of each image that is kept, as hexadecimal text by the SHA-256 of its pixels.
 * @param file where the looks are kept for the next run
 * @param key names the settings that the images were made with
 */
export async function looksOf(
  kept: readonly Kept[],
  cache: ReadingCache,
  options: { readonly file: string; readonly key: string; readonly progress: Progress },
): Promise<ReadonlyMap<Sha256, string>> {
  const { file, key, progress } = options;
  const known = await readLooks(file, key);
  const missing = kept.filter(({ reading }) => !known.has(reading.pixelSha256));
  const looks = new Map(
    kept.map(({ reading }) => [reading.pixelSha256, known.get(reading.pixelSha256) ?? '']),
  );
  if (missing.length === 0) return looks;
  const task = progress.start('perceptual hashes', missing.length, 'image');
  const kernels = new Kernels();
  for (const [i, { reading }] of missing.entries()) {
    const film = decodeFilm(await cache.image(reading.place), kernels);
    looks.set(reading.pixelSha256, lookToHex(lookOf(film)));
    task.update(i + 1);
  }
  const rows = lazily(looks, ([pixel_sha256, look_hash]) => ({ pixel_sha256, look_hash }));
  await writeFileAtomic(file, encodeTable(LOOKS, rows, { 'viewgap.key': key }));
  task.finish(`${missing.length} computed, ${kept.length - missing.length} known from earlier runs`);
  return looks;
}

async function readLooks(file: string, key: string): Promise<Map<Sha256, string>> {
  const looks = new Map<Sha256, string>();
  try {
    const table = decodeTable(LOOKS, await readFile(file), file);
    if (table.schema.metadata.get('viewgap.key') !== key) return looks;
    for (const row of table) looks.set(row.pixel_sha256 as string, row.look_hash as string);
  } catch (error) {
    // A cache that is absent or damaged is made anew.
    if (!(error instanceof UserError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return looks;
}
