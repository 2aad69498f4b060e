import type { View } from '@viewgap/contracts';
import { hashUniform } from '@viewgap/stats';

/** What is known of a shard in the store. */
export interface ShardFacts {
  readonly view: View;
  readonly rows: number;
  readonly bytes: number;
}

export interface ShardBounds {
  /** rows of a shard on average */
  readonly meanRows: number;
  readonly maxRows: number;
  /** bytes of encoded images */
  readonly maxBytes: number;
}

/** Small enough for arrow-js and for memory, large enough that a study has some thousand files. */
export const SHARD_BOUNDS: ShardBounds = { meanRows: 1024, maxRows: 4096, maxBytes: 2 ** 27 };

/**
 * Cuts a sorted list of images into shards at images that their own id chooses (content-defined chunking), so that
 * an image more or less changes the shard that holds it and leaves the others, which bounds alone would not.
 */
export function cutShards<Image extends { readonly imageId: string; readonly imageBytes: number }>(
  images: readonly Image[],
  bounds: ShardBounds = SHARD_BOUNDS,
): Image[][] {
  const shards: Image[][] = [];
  let shard: Image[] = [];
  let bytes = 0;
  for (const image of images) {
    if (shard.length > 0 && (shard.length >= bounds.maxRows || bytes + image.imageBytes > bounds.maxBytes)) {
      shards.push(shard);
      shard = [];
      bytes = 0;
    }
    shard.push(image);
    bytes += image.imageBytes;
    if (hashUniform('shard', image.imageId) < 1 / bounds.meanRows) {
      shards.push(shard);
      shard = [];
      bytes = 0;
    }
  }
  if (shard.length > 0) shards.push(shard);
  return shards;
}
