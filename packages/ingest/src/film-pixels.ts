import { decodeTable, SHARD, type Sha256, type Store } from '@viewgap/contracts';
import sharp from 'sharp';
import type { GreyImage } from './look-hash.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47];

/** The grey values of an image as a shard holds it: a PNG, or the pixels of a square row by row. */
export async function decodeFilm(bytes: Uint8Array): Promise<GreyImage> {
  if (!PNG.every((byte, i) => bytes[i] === byte)) {
    const edge = Math.sqrt(bytes.length);
    return { width: edge, height: edge, pixels: bytes };
  }
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

/** Reads films out of the store's shards, one shard in memory at a time: ask for them in the order of their shards. */
export class ShardFilms {
  private shard: { readonly hash: Sha256; readonly table: ReturnType<typeof decodeTable> } | null = null;

  constructor(private readonly store: Store) {}

  async film(shard: Sha256, row: number): Promise<GreyImage> {
    if (this.shard?.hash !== shard) {
      const table = decodeTable(SHARD, await this.store.get(shard), this.store.path(shard));
      this.shard = { hash: shard, table };
    }
    return decodeFilm(this.shard.table.getChild('image')?.get(row) as Uint8Array);
  }
}
