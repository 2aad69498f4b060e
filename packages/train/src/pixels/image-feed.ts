import type { Store } from '@viewgap/artifacts';
import { UserError } from '@viewgap/contracts';
import { type Feed, type FeedOptions, type Jobs, type Loaders, startLoaders } from '@viewgap/engine';
import type { LabelledImage } from '../catalog/read-images.ts';
import type { Augmentation } from './augmentation.ts';
import type { ImageJob, ImagePixels, ImageSetup } from './image-worker.ts';
import { KeptSlots } from './pixel-cache.ts';

/** Workers that read images out of a store. */
export interface ImageLoaders {
  readonly workers: Loaders<ImageJob, ImagePixels>;
  readonly kept: KeptSlots;
  close(): Promise<void>;
}

export interface ImageLoadersOptions {
  /** default: one for each core but one, at most 8 */
  readonly workers?: number;
  /** most bytes of decoded images that are kept for when they are asked for again; default: none are */
  readonly keep?: number;
}

/** What one batch shows; `augmentations` is null where the images are wanted as they are. */
export interface ImageBatchPlan {
  readonly images: readonly LabelledImage[];
  readonly augmentations: readonly Augmentation[] | null;
}

/**
 * Starts the workers; they serve the batches of training and of validation alike, and must be closed.
 * @param size edge of the images in the store, pixels
 */
export function startImageLoaders(
  store: Store,
  size: number,
  { workers, keep = 0 }: ImageLoadersOptions = {},
): ImageLoaders {
  const kept = new KeptSlots(size, keep);
  const started = startLoaders<ImageSetup, ImageJob, ImagePixels>({
    module: new URL('./image-worker.ts', import.meta.url),
    setup: { root: store.root, size, kept: kept.images },
    errors: [UserError],
    ...(workers === undefined ? {} : { workers }),
  });
  return { workers: started, kept, close: () => started.close() };
}

/**
 * Batches of pixels in the order of the plans, loaded ahead.
 * @throws UserError, when it is iterated, where a shard is missing or damaged
 */
export function imageFeed<Plan extends ImageBatchPlan>(
  { workers, kept }: ImageLoaders,
  plans: Jobs<Plan>,
  options: FeedOptions = {},
): Feed<Plan, ImagePixels> {
  return workers.feed(plans, {
    ...options,
    message: ({ images, augmentations }) => ({
      places: images.map((image) => {
        const { shard, row, imageId } = image;
        return { shard, row, imageId, slot: kept.slotOf(image) };
      }),
      augmentations,
    }),
  });
}
