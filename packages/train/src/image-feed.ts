import { type Store, UserError } from '@viewgap/contracts';
import { type Feed, type FeedOptions, type Jobs, type Loaders, startLoaders } from '@viewgap/engine';
// Loaded here as well: a native library must outlive the workers that use it.
import 'sharp';
import type { Augmentation } from './augmentation.ts';
import type { ImageJob, ImagePixels, ImageSetup } from './image-worker.ts';
import type { LabelledImage } from './labelled-images.ts';

/** Workers that read images out of a store. */
export type ImageLoaders = Loaders<ImageJob, ImagePixels>;

/** What one batch shows; `augmentations` is null where the images are wanted as they are. */
export interface ImageBatchPlan {
  readonly images: readonly LabelledImage[];
  readonly augmentations: readonly Augmentation[] | null;
}

/**
 * Starts the workers; they serve the batches of training and of validation alike, and must be closed.
 * @param size edge of the images in the store, pixels
 * @param workers default: one for each core but one, at most 8
 */
export function startImageLoaders(store: Store, size: number, workers?: number): ImageLoaders {
  return startLoaders<ImageSetup, ImageJob, ImagePixels>({
    module: new URL('./image-worker.ts', import.meta.url),
    setup: { root: store.root, size },
    errors: [UserError],
    ...(workers === undefined ? {} : { workers }),
  });
}

/**
 * Batches of pixels in the order of the plans, loaded ahead.
 * @throws UserError, when it is iterated, where a shard is missing or damaged
 */
export function imageFeed<Plan extends ImageBatchPlan>(
  loaders: ImageLoaders,
  plans: Jobs<Plan>,
  options: FeedOptions = {},
): Feed<Plan, ImagePixels> {
  return loaders.feed(plans, {
    ...options,
    message: ({ images, augmentations }) => ({
      places: images.map(({ shard, row, imageId }) => ({ shard, row, imageId })),
      augmentations,
    }),
  });
}
