import type { Store } from '@viewgap/contracts';
import sharp from 'sharp';
import type { LabelledImage } from '../catalog/read-images.ts';
import { greyPixels, isPng } from './grey-png.ts';
import { ShardFile } from './shard-file.ts';

/** Where an image lies. */
export type ImagePlace = Pick<LabelledImage, 'shard' | 'row' | 'imageId'>;

/** Reads images out of the store's shards, in any order: of a shard only its index stays in memory. */
export class ShardImages {
  readonly #store: Store;
  readonly #size: number;
  readonly #files = new Map<string, Promise<ShardFile>>();

  /** @param size edge of the images in the shards, pixels */
  constructor(store: Store, size: number) {
    this.#store = store;
    this.#size = size;
  }

  /**
   * Pixels of one image.
   * @returns uint8 grey [size, size], row by row
   * @throws UserError where the shard is missing or damaged
   */
  async pixels({ shard, row, imageId }: ImagePlace): Promise<Uint8Array> {
    const found = await (await this.#file(shard)).row(row);
    if (found.imageId !== imageId) {
      throw new Error(`shard ${shard} row ${row} holds ${found.imageId}, the catalog says ${imageId}`);
    }
    // Otherwise the bytes are the pixels themselves.
    if (found.image.length === this.#size ** 2 && !isPng(found.image)) return found.image;
    const grey = greyPixels(found.image, this.#size);
    if (grey) return grey;
    const { data, info } = await sharp(found.image)
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== this.#size || info.height !== this.#size || info.channels !== 1) {
      throw new Error(`shard ${shard} row ${row} is not a grey square of ${this.#size} pixels`);
    }
    return data;
  }

  #file(hash: string): Promise<ShardFile> {
    const known = this.#files.get(hash);
    if (known) return known;
    const file = ShardFile.open(this.#store.path(hash));
    this.#files.set(hash, file);
    return file;
  }
}
