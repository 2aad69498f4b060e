import { decodeTable, SHARD, type Store } from '@viewgap/contracts';
import type { Table } from 'apache-arrow';
import sharp from 'sharp';
import type { LabelledImage } from './labelled-images.ts';

/** Shards kept open at once; one holds at most some hundred encoded images. */
const OPEN_SHARDS = 64;

/** Reads images out of the store's shards, the shards used last kept in memory. */
export class ShardImages {
  readonly #store: Store;
  readonly #size: number;
  readonly #open = new Map<string, Promise<Table>>();

  /** @param size edge of the images in the shards, pixels */
  constructor(store: Store, size: number) {
    this.#store = store;
    this.#size = size;
  }

  /**
   * Pixels of these images, decoded side by side.
   * @returns uint8 grey [images.length, size, size], row by row
   */
  async read(images: readonly LabelledImage[]): Promise<Uint8Array> {
    const pixels = new Uint8Array(images.length * this.#size ** 2);
    await Promise.all(
      images.map(async (image, i) => {
        pixels.set(await this.#decode(image), i * this.#size ** 2);
      }),
    );
    return pixels;
  }

  async #decode(image: LabelledImage): Promise<Uint8Array> {
    const table = await this.#shard(image.shard);
    const id = table.getChild('image_id')?.get(image.row) as string | null;
    if (id !== image.imageId) {
      throw new Error(`shard ${image.shard} row ${image.row} holds ${id}, the catalog says ${image.imageId}`);
    }
    const { data, info } = await sharp(table.getChild('image')?.get(image.row) as Uint8Array)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== this.#size || info.height !== this.#size || info.channels !== 1) {
      throw new Error(`shard ${image.shard} row ${image.row} is not a grey square of ${this.#size} pixels`);
    }
    return data;
  }

  #shard(hash: string): Promise<Table> {
    const known = this.#open.get(hash);
    const table =
      known ?? this.#store.get(hash).then((bytes) => decodeTable(SHARD, bytes, this.#store.path(hash)));
    // Re-inserting makes the map's order the order of use, so the first key is the one to drop.
    this.#open.delete(hash);
    this.#open.set(hash, table);
    if (this.#open.size > OPEN_SHARDS) this.#open.delete(this.#open.keys().next().value as string);
    return table;
  }
}
