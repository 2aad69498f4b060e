import {
  byteLength,
  encodePieces,
  type ManifestFile,
  SHARD,
  type Sha256,
  type Store,
  sha256File,
  type TableRow,
} from '@viewgap/artifacts';
import { type Progress, VIEWS, type View } from '@viewgap/contracts';
import { cutShards, SHARD_BOUNDS, type ShardBounds, type ShardFacts } from '@viewgap/shards';
import type { UsableReading } from '../read/decoded.ts';
import { LostHolder, type ReadingCache } from '../read/reading-cache.ts';
import type { Pair } from './pairing.ts';

/** An image that is kept: its file and row, and what reading it gave. */
export interface Kept extends Pair {
  readonly reading: UsableReading;
}

export interface WrittenShards {
  /** entries of the manifest, by view and number */
  readonly files: readonly ManifestFile[];
  readonly facts: ReadonlyMap<Sha256, ShardFacts>;
  /** where each image lies now, by its file's path */
  readonly places: ReadonlyMap<string, { readonly shard: Sha256; readonly row: number }>;
}

/**
 * Puts the images into shards of the store, one view a shard, sorted by image id. A shard that an earlier run
 * wrote with these very rows is checked and taken as it is.
 * @throws LostHolder where pixels that the cache promised are gone or damaged
 */
export async function writeShards(
  kept: readonly Kept[],
  cache: ReadingCache,
  store: Store,
  progress: Progress,
  bounds: ShardBounds = SHARD_BOUNDS,
): Promise<WrittenShards> {
  const files: ManifestFile[] = [];
  const facts = new Map<Sha256, ShardFacts>();
  const places = new Map<string, { shard: Sha256; row: number }>();
  const task = progress.start('shards', kept.length, 'image');
  for (const view of VIEWS) {
    const images = kept
      .filter(({ row }) => row.view === view)
      .map((image) => ({ ...image, imageId: image.row.imageId, imageBytes: image.reading.imageBytes }));
    for (const [number, rows] of cutShards(images, bounds).entries()) {
      const { hash, bytes } =
        (await earlierShard(rows, view, cache, store)) ?? (await newShard(rows, view, cache, store));
      const path = `${view}/part-${String(number).padStart(5, '0')}.arrow`;
      files.push({ path, kind: 'store', sha256: hash, bytes, rows: rows.length });
      facts.set(hash, { view, rows: rows.length, bytes });
      rows.forEach(({ file }, row) => {
        places.set(file.path, { shard: hash, row });
      });
      task.update(places.size);
    }
  }
  task.finish(`${files.length} written`);
  return { files, facts, places };
}

interface StoredShard {
  readonly hash: Sha256;
  readonly bytes: number;
}

async function earlierShard(
  rows: readonly Kept[],
  view: View,
  cache: ReadingCache,
  store: Store,
): Promise<StoredShard | null> {
  const hash = rows[0]?.reading.place.sha256;
  const facts = hash === undefined ? undefined : cache.shard(hash);
  if (hash === undefined || facts?.view !== view || facts.rows !== rows.length) return null;
  if (!rows.every(({ reading: { place } }, row) => place.sha256 === hash && place.row === row)) return null;
  const found = await sha256File(store.path(hash)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found !== hash) throw new LostHolder(hash);
  return { hash, bytes: facts.bytes };
}

async function newShard(
  images: readonly Kept[],
  view: View,
  cache: ReadingCache,
  store: Store,
): Promise<StoredShard> {
  const pieces = await encodePieces(SHARD, rowsOf(images, cache), { view });
  return { hash: await store.put(...pieces), bytes: byteLength(pieces) };
}

async function* rowsOf(images: readonly Kept[], cache: ReadingCache): AsyncGenerator<TableRow> {
  for (const { row, reading } of images) {
    yield { image_id: row.imageId, image: await cache.image(reading.place) };
  }
}
