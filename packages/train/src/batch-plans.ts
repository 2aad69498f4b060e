import type { AugmentConfig } from '@viewgap/contracts';
import { augmentation } from './augmentation.ts';
import type { ImageBatchPlan } from './image-feed.ts';
import { batches } from './image-order.ts';
import type { LabelledImage } from './labelled-images.ts';

/** What one training step shows: `images[i]` moved as `augmentations[i]` says. */
export interface StepPlan extends ImageBatchPlan {
  readonly step: number;
  readonly augmentations: NonNullable<ImageBatchPlan['augmentations']>;
}

export interface TrainingOrder {
  readonly seed: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly augment: AugmentConfig;
  /** edge of the images, pixels */
  readonly size: number;
}

/**
 * Every step of a training: a pure function of images and settings, the same for every model.
 * @param after steps that were done before: the plans of the others
 */
export function* trainingPlans(
  images: readonly LabelledImage[],
  order: TrainingOrder,
  after = 0,
): Generator<StepPlan> {
  const { seed, epochs, batchSize, augment, size } = order;
  for (const { step, draws } of batches(seed, epochs, images.length, batchSize, after)) {
    const drawn = draws.map(({ index, epoch }) => ({ image: images[index] as LabelledImage, epoch }));
    yield {
      step,
      images: drawn.map(({ image }) => image),
      augmentations: drawn.map(({ image, epoch }) => augmentation(augment, seed, epoch, image.imageId, size)),
    };
  }
}

/** Every image once, in order, as it is; the last batch may be short. */
export function* scoringPlans(
  images: readonly LabelledImage[],
  batchSize: number,
): Generator<ImageBatchPlan> {
  for (let from = 0; from < images.length; from += batchSize) {
    yield { images: images.slice(from, from + batchSize), augmentations: null };
  }
}
