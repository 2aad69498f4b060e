import type { ImagePlace } from './shard-images.ts';

/** Room for decoded images that all workers of a feed see. */
export interface KeptImages {
  /** uint8 grey [slots, size, size]; memory is taken as slots are filled */
  readonly pixels: SharedArrayBuffer;
  /** int32 [slots], 1 where a slot holds its image */
  readonly filled: SharedArrayBuffer;
}

/** What a training keeps at most: 65,536 images of 64 pixels, 5,349 of 224. What is larger is decoded in less time than its step takes. */
export const KEPT_BYTES = 256 * 2 ** 20;

/** Slot of an image for which there is no room. */
export const NO_SLOT = -1;

/**
 * Which image has which slot: those that are asked for first, for as long as there is room. A shuffled epoch asks for
 * every image once, so that no other choice would spare more.
 */
export class KeptSlots {
  readonly images: KeptImages;
  readonly #count: number;
  readonly #slots = new Map<string, Map<number, number>>();
  #given = 0;

  /**
   * @param size edge of the images, pixels
   * @param bytes most that the pixels may take
   */
  constructor(size: number, bytes: number) {
    this.#count = Math.floor(bytes / size ** 2);
    this.images = {
      pixels: new SharedArrayBuffer(this.#count * size ** 2),
      filled: new SharedArrayBuffer(this.#count * Int32Array.BYTES_PER_ELEMENT),
    };
  }

  slotOf({ shard, row }: Pick<ImagePlace, 'shard' | 'row'>): number {
    const rows = this.#slots.get(shard) ?? new Map<number, number>();
    const known = rows.get(row);
    if (known !== undefined) return known;
    if (this.#given === this.#count) return NO_SLOT;
    this.#slots.set(shard, rows.set(row, this.#given));
    return this.#given++;
  }
}

/** The slots as a worker uses them. Two that fill one at a time write the same bytes. */
export class KeptPixels {
  readonly #pixels: Uint8Array;
  readonly #filled: Int32Array;
  readonly #area: number;

  /** @param size edge of the images, pixels */
  constructor({ pixels, filled }: KeptImages, size: number) {
    this.#pixels = new Uint8Array(pixels);
    this.#filled = new Int32Array(filled);
    this.#area = size ** 2;
  }

  /** @returns uint8 grey [size, size]; null where the image is not there (yet) */
  get(slot: number): Uint8Array | null {
    return slot !== NO_SLOT && Atomics.load(this.#filled, slot) === 1 ? this.#at(slot) : null;
  }

  keep(slot: number, pixels: Uint8Array): void {
    if (slot === NO_SLOT) return;
    this.#at(slot).set(pixels);
    Atomics.store(this.#filled, slot, 1);
  }

  #at(slot: number): Uint8Array {
    return this.#pixels.subarray(slot * this.#area, (slot + 1) * this.#area);
  }
}
