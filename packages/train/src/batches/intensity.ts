import type { SourceGreys } from '@viewgap/artifacts';
import type { TrainConfig } from '@viewgap/contracts';
import type { Images, LabelledImage } from '../catalog/image.ts';
import { type ImageLoaders, imageFeed } from '../pixels/image-feed.ts';
import { scoringPlans } from './batch-plans.ts';

/** Films of a source from which its greys are estimated: their mean is then known to a four-hundredth of the range. */
const FILMS = 1000;
const BATCH = 64;

/**
 * Mean and standard deviation of the greys of each source's training images, over pixels that are not black: of films
 * that lie evenly among its own in the catalog's order, so that the same catalog gives the same numbers. For images of no
 * source of training, an external set's, those of all training images together: nothing is asked of the set itself.
 * @param images of training
 * @returns null where images are normalised otherwise
 */
export async function sourceGreys(
  { normalise }: Pick<TrainConfig, 'normalise'>,
  images: Images,
  loaders: ImageLoaders,
): Promise<SourceGreys | null> {
  if (normalise !== 'source') return null;
  const counts = new Map<string, number>();
  for (const { source } of images) counts.set(source, (counts.get(source) ?? 0) + 1);
  const sums = new Map(
    [...counts.keys()].sort().map((source) => [source, { pixels: 0, sum: 0, squares: 0 }]),
  );
  for await (const { job, batch } of imageFeed(loaders, scoringPlans(sample(images, counts), BATCH))) {
    const area = batch.pixels.length / job.images.length;
    job.images.forEach(({ source }, i) => {
      const sum = sums.get(source) as Sums;
      for (const grey of batch.pixels.subarray(i * area, (i + 1) * area)) {
        if (grey === 0) continue;
        sum.pixels += 1;
        sum.sum += grey;
        sum.squares += grey * grey;
      }
    });
  }
  const moments = [...sums].map(
    ([source, sum]) => [source, momentsOf(sum), counts.get(source) as number] as const,
  );
  const mean = moments.reduce((total, [, one, count]) => total + one.mean * count, 0) / images.length;
  const square = moments.reduce((total, [, one, count]) => total + one.square * count, 0) / images.length;
  return {
    sources: Object.fromEntries(moments.map(([source, one]) => [source, greyOf(one)])),
    others: greyOf({ mean, square }),
  };
}

/** Whole numbers: their sum has no order. */
interface Sums {
  pixels: number;
  sum: number;
  squares: number;
}

/** Means of grey (0 … 1) and of its square. */
interface Moments {
  readonly mean: number;
  readonly square: number;
}

function momentsOf({ pixels, sum, squares }: Sums): Moments {
  const count = Math.max(pixels, 1);
  return { mean: sum / count / 255, square: squares / count / 255 ** 2 };
}

/** A source of one grey alone stays finite. */
const LEAST_DEVIATION = 1 / 255;

function greyOf({ mean, square }: Moments): SourceGreys['others'] {
  return { mean, deviation: Math.max(Math.sqrt(Math.max(square - mean * mean, 0)), LEAST_DEVIATION) };
}

function sample(images: Images, counts: ReadonlyMap<string, number>): LabelledImage[] {
  const seen = new Map<string, number>();
  const chosen: LabelledImage[] = [];
  for (const image of images) {
    const count = counts.get(image.source) as number;
    const place = seen.get(image.source) ?? 0;
    seen.set(image.source, place + 1);
    const share = Math.min(FILMS / count, 1);
    if (Math.floor((place + 1) * share) > Math.floor(place * share)) chosen.push(image);
  }
  return chosen;
}

/** Mean and deviation by which each image is normalised: float32 [images, 2]; null where the model needs none. */
export type GreysOf = (images: readonly Pick<LabelledImage, 'source'>[]) => Float32Array | null;

/** @throws Error where images are to be normalised by their source and no greys are given */
export function greysOf(
  { normalise }: Pick<TrainConfig, 'normalise'>,
  greys: SourceGreys | null | undefined,
): GreysOf {
  if (normalise !== 'source') return () => null;
  if (!greys) throw new Error('the greys of the sources are not given');
  return (images) =>
    Float32Array.from(
      images.flatMap(({ source }) => {
        const { mean, deviation } = greys.sources[source] ?? greys.others;
        return [mean, deviation];
      }),
    );
}
