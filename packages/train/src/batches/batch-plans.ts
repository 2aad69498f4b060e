import { FINDINGS, type TrainConfig } from '@viewgap/contracts';
import { smallest } from '@viewgap/stats';
import type { Images, LabelledImage } from '../catalog/read-images.ts';
import { augmentation } from '../pixels/augmentation.ts';
import type { ImageBatchPlan } from '../pixels/image-feed.ts';
import { balancedDraws, strataOf } from './balanced-draws.ts';
import { batches, type Draw, epochDraws } from './image-order.ts';
import type { LabelCounts } from './label-targets.ts';
import { trainingLength } from './training-length.ts';

/** What one training step shows: `images[i]` moved as `augmentations[i]` says. */
export interface StepPlan extends ImageBatchPlan {
  readonly step: number;
  readonly augmentations: NonNullable<ImageBatchPlan['augmentations']>;
}

export interface TrainingOrder
  extends Pick<TrainConfig, 'epochs' | 'steps' | 'batchSize' | 'balance' | 'augment'> {
  readonly seed: number;
  /** edge of the images, pixels */
  readonly size: number;
}

/**
 * Every step of a training: a pure function of images and settings, the same for every model.
 * @param after steps that were done before: the plans of the others
 */
export function* trainingPlans(images: Images, order: TrainingOrder, after = 0): Generator<StepPlan> {
  const { seed, batchSize, augment, size } = order;
  const { steps } = trainingLength(order, images.length);
  for (const { step, draws } of batches(drawsOf(images, order, after * batchSize), {
    batchSize,
    steps,
    after,
  })) {
    const drawn = draws.map(({ index, epoch }) => ({ image: images.at(index) as LabelledImage, epoch }));
    yield {
      step,
      images: drawn.map(({ image }) => image),
      augmentations: drawn.map(({ image, epoch }) => augmentation(augment, seed, epoch, image.imageId, size)),
    };
  }
}

function drawsOf(images: Images, { seed, balance }: TrainingOrder, after: number): Iterable<Draw> {
  if (balance.length === 0) return epochDraws(seed, images.length, after);
  const keyOf = (index: number) => {
    const image = images.at(index) as LabelledImage;
    return JSON.stringify(balance.map((by) => (by === 'finding' ? rarest(image) : image[by])));
  };
  const rank = new Map(byRarity(labelCounts(images)).map((finding, i) => [finding, i]));
  const rarest = ({ labels }: LabelledImage): number => {
    const positive = labels.flatMap((label, finding) => (label === 1 ? (rank.get(finding) as number) : []));
    return smallest([...positive, labels.length]);
  };
  return balancedDraws(seed, strataOf(images.length, keyOf), after);
}

/** How many labels of each finding are known to be positive or negative. */
export function labelCounts(images: Iterable<LabelledImage>): LabelCounts {
  const positives = FINDINGS.map(() => 0);
  const negatives = FINDINGS.map(() => 0);
  for (const { labels } of images) {
    labels.forEach((label, finding) => {
      if (label === null) return;
      const counts = label === 1 ? positives : negatives;
      counts[finding] = (counts[finding] as number) + 1;
    });
  }
  return { positives, negatives };
}

/** Indices of the findings, that with the fewest positive images first. */
function byRarity({ positives }: LabelCounts): number[] {
  return positives
    .map((_, finding) => finding)
    .sort((a, b) => (positives[a] as number) - (positives[b] as number));
}

/** Every image once, in order, not augmented; the last batch may be short. */
export function* scoringPlans(images: Images, batchSize: number): Generator<ImageBatchPlan> {
  for (let from = 0; from < images.length; from += batchSize) {
    const count = Math.min(batchSize, images.length - from);
    yield {
      images: Array.from({ length: count }, (_, i) => images.at(from + i) as LabelledImage),
      augmentations: null,
    };
  }
}
