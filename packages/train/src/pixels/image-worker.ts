import { Store } from '@viewgap/artifacts';
import type { LoaderModule } from '@viewgap/engine';
import type { Augmentation } from './augmentation.ts';
import { type KeptImages, KeptPixels } from './pixel-cache.ts';
import { type ImagePlace, ShardImages } from './shard-images.ts';
import { writeAugmented } from './warp.ts';

export interface ImageSetup {
  /** folder of the store */
  readonly root: string;
  /** edge of the images, pixels */
  readonly size: number;
  readonly kept: KeptImages;
}

/** Images of one batch; `augmentations` is null where they are wanted as they are. */
export interface ImageJob {
  readonly places: readonly (ImagePlace & { readonly slot: number })[];
  readonly augmentations: readonly Augmentation[] | null;
}

/** A batch as bytes, [batch, size, size, 1] each. */
export interface ImagePixels {
  /** uint8 grey */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** 1 where a pixel shows film, 0 where it is padding; null where all do */
  readonly inside: Uint8Array<ArrayBuffer> | null;
}

/** What the workers of an image feed run: reads, decodes, keeps, augments. */
export const open: LoaderModule<ImageSetup, ImageJob, ImagePixels>['open'] = ({ root, size, kept }) => {
  const images = new ShardImages(new Store(root), size);
  const keptPixels = new KeptPixels(kept, size);
  const read = async (place: ImageJob['places'][number]) => {
    const pixels = await images.pixels(place);
    keptPixels.keep(place.slot, pixels);
    return pixels;
  };
  const area = size ** 2;
  return async ({ places, augmentations }, allocate) => {
    const pixels = new Uint8Array(allocate(places.length * area));
    const inside = augmentations && new Uint8Array(allocate(places.length * area));
    await Promise.all(
      places.map(async (place, i) => {
        const source = keptPixels.get(place.slot) ?? (await read(place));
        const moved = augmentations?.[i];
        if (!moved || !inside) return pixels.set(source, i * area);
        const target = new Uint8ClampedArray(pixels.buffer, i * area, area);
        writeAugmented(source, size, moved, target, inside.subarray(i * area, (i + 1) * area));
      }),
    );
    return { pixels, inside };
  };
};
