import { placements } from '@viewgap/contracts';

/** An AUROC and how much each image moves it: `image` sums to 0, in doubles, one value an image. */
export interface Influence {
  readonly auroc: number;
  readonly image: Float64Array;
}

/**
 * Influence of each image on the AUROC: (V10 - A) / n1 of a positive, (V01 - A) / n0 of a negative, V being
 * DeLong's placement values (DeLong, DeLong, Clarke-Pearson, Biometrics 1988).
 * @param scores finite, one an image
 * @param labels 1 present, 0 absent, one an image
 * @returns null where one class is empty
 */
export function aurocInfluence(scores: Float64Array, labels: ArrayLike<number>): Influence | null {
  const positives = scores.filter((_, i) => labels[i] === 1);
  const negatives = scores.filter((_, i) => labels[i] !== 1);
  const placed = placements(positives, negatives);
  if (placed === null) return null;
  const image = new Float64Array(scores.length);
  let p = 0;
  let n = 0;
  for (let i = 0; i < image.length; i++) {
    image[i] =
      labels[i] === 1
        ? ((placed.positive[p++] as number) - placed.auroc) / positives.length
        : ((placed.negative[n++] as number) - placed.auroc) / negatives.length;
  }
  return { auroc: placed.auroc, image };
}
