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
import type { ListedFile } from '../files/tree/listed-file.ts';
import type { UsableReading } from '../read/decoded.ts';
import { LostHolder, type ReadingCache } from '../read/reading-cache.ts';
import type { SourceRow } from '../tables/rows/adapter.ts';
import type { Pair } from './pairing.ts';
import type { HashedImage } from './repeat-exposure.ts';

/** An image that is kept: its file and row, and what reading it gave. */
export class Kept implements Pair, HashedImage {
  constructor(
    readonly file: ListedFile,
    readonly row: SourceRow,
    readonly reading: UsableReading,
  ) {}

  get imageId(): string {
    return this.row.imageId;
  }

  get imageBytes(): number {
    return this.reading.imageBytes;
  }

  get fileSha256(): Sha256 {
    return this.reading.fileSha256;
  }

  get pixelSha256(): Sha256 {
    return this.reading.pixelSha256;
  }
}

export interface WrittenShards {
  /** entries of the manifest, by view and number */
  readonly files: readonly ManifestFile[];
  readonly facts: ReadonlyMap<Sha256, ShardFacts>;
}

/**
 * Puts the images into shards of the store, one view a shard, sorted by image id. A shard that an earlier run
 * wrote with these very rows is checked and taken as it is. The cache then knows where each image lies.
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
  const written: [shard: Sha256, rows: readonly Kept[]][] = [];
  let done = 0;
  const task = progress.start('shards', kept.length, 'image');
  for (const view of VIEWS) {
    const images = kept.filter(({ row }) => row.view === view);
    for (const [number, rows] of cutShards(images, bounds).entries()) {
      const { hash, bytes } =
        (await earlierShard(rows, view, cache, store)) ?? (await newShard(rows, view, cache, store));
      const path = `${view}/part-${String(number).padStart(5, '0')}.arrow`;
      files.push({ path, kind: 'store', sha256: hash, bytes, rows: rows.length });
      facts.set(hash, { view, rows: rows.length, bytes });
      written.push([hash, rows]);
      done += rows.length;
      task.update(done);
    }
  }
  for (const [hash, rows] of written) {
    for (const [row, { file }] of rows.entries()) cache.move(file, hash, row);
  }
  task.finish(`${files.length} written`);
  return { files, facts };
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
