import type { Store } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { ShardFile } from '@viewgap/shards';
import { type Grey, isPng, Kernels, readGreyPng } from '@viewgap/shards/grey';
import type { LabelledImage } from '../catalog/read-images.ts';

/** Where an image lies. */
export type ImagePlace = Pick<LabelledImage, 'shard' | 'row' | 'imageId'>;

/** Reads images out of the store's shards, in any order: of a shard only its index stays in memory. */
export class ShardImages {
  readonly #store: Store;
  readonly #size: number;
  readonly #kernels = new Kernels();
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
    if (!isPng(found.image)) {
      if (found.image.length === this.#size ** 2) return found.image;
      throw this.#damaged(shard, row, 'neither a PNG nor pixels');
    }
    return this.#square(found.image, shard, row);
  }

  #square(png: Uint8Array, shard: string, row: number): Uint8Array {
    let grey: Grey | null;
    try {
      grey = readGreyPng(png, this.#kernels, this.#size ** 2);
    } catch (cause) {
      throw this.#damaged(shard, row, 'a damaged PNG', cause);
    }
    if (grey?.width !== this.#size || grey.height !== this.#size) {
      throw this.#damaged(shard, row, `no grey square of ${this.#size} pixels`);
    }
    // The kernels' memory is overwritten by the next image.
    return grey.pixels.slice();
  }

  #damaged(shard: string, row: number, what: string, cause?: unknown): UserError {
    return new UserError(
      `an image of a shard is ${what}`,
      `row ${row} of ${shard}`,
      'run ingest again with --skip-nx-cache',
      { cause },
    );
  }

  #file(hash: string): Promise<ShardFile> {
    const known = this.#files.get(hash);
    if (known) return known;
    const file = ShardFile.open(this.#store.path(hash));
    this.#files.set(hash, file);
    return file;
  }
}
