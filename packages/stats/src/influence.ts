import { NEGATIVE, POSITIVE, place } from './placements.ts';
import { rank } from './ranking.ts';

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
  const code = Uint8Array.from(labels, (label) => (label === 1 ? POSITIVE : NEGATIVE));
  const image = new Float64Array(scores.length);
  const placed = place(rank(scores), code, null, image);
  if (placed === null) return null;
  for (let i = 0; i < image.length; i++) {
    const of = code[i] === POSITIVE ? placed.positives : placed.negatives;
    image[i] = ((image[i] as number) - placed.auroc) / of;
  }
  return { auroc: placed.auroc, image };
}
