import { decodeTable, SHARD, type Sha256, type Store } from '@viewgap/artifacts';
import type { Grey } from '@viewgap/shards/grey';
import { isPng, Kernels, readGreyPng } from '@viewgap/shards/grey';

/**
 * The grey values of an image as a shard holds it: a PNG, or the pixels of a square row by row. Those of a PNG last until
 * something else is placed in the kernels' memory.
 */
export function decodeFilm(encoded: Uint8Array, kernels: Kernels): Grey {
  if (!isPng(encoded)) {
    const edge = Math.sqrt(encoded.length);
    return { width: edge, height: edge, pixels: encoded };
  }
  const film = readGreyPng(encoded, kernels, Number.POSITIVE_INFINITY);
  if (film === null) throw new Error('a shard holds a PNG that is not one of 8-bit grey');
  return film;
}

/** Reads films out of the store's shards, one shard in memory at a time: ask for them in the order of their shards. */
export class ShardFilms {
  private readonly kernels = new Kernels();
  private shard: { readonly hash: Sha256; readonly table: ReturnType<typeof decodeTable> } | null = null;

  constructor(private readonly store: Store) {}

  /** The film's pixels last until the next film is asked for. */
  async film(shard: Sha256, row: number): Promise<Grey> {
    if (this.shard?.hash !== shard) {
      const table = decodeTable(SHARD, await this.store.get(shard), this.store.path(shard));
      this.shard = { hash: shard, table };
    }
    return decodeFilm(this.shard.table.getChild('image')?.get(row) as Uint8Array, this.kernels);
  }
}
