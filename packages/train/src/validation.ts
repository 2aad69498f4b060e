import { auroc, FINDINGS, type HistoryLine, isFrontal, type View } from '@viewgap/contracts';
import type { LabelledImage } from './labelled-images.ts';

/**
 * Mean AUROC over the findings that have both classes among these images; null where none has.
 * @param logits [images.length, 5]
 */
export function meanAuroc(
  images: readonly LabelledImage[],
  logits: Float32Array,
  view: Extract<View, 'AP' | 'PA'> | 'all',
): number | null {
  const areas = FINDINGS.flatMap((_, finding) => {
    const scoresOf = (label: 0 | 1) =>
      Float64Array.from(
        images.flatMap((image, i) =>
          image.labels[finding] === label && (view === 'all' ? isFrontal(image.view) : image.view === view)
            ? [logits[i * FINDINGS.length + finding] as number]
            : [],
        ),
      );
    return auroc(scoresOf(1), scoresOf(0)) ?? [];
  });
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** Sigmoid cross-entropy over the known labels, in doubles: the validation loss. */
export function meanEntropy(images: readonly LabelledImage[], logits: Float32Array): number {
  let sum = 0;
  let known = 0;
  images.forEach((image, i) => {
    image.labels.forEach((label, finding) => {
      if (label === null) return;
      const x = logits[i * FINDINGS.length + finding] as number;
      sum += Math.max(x, 0) - x * label + Math.log1p(Math.exp(-Math.abs(x)));
      known += 1;
    });
  });
  return known === 0 ? 0 : sum / known;
}

/**
 * Whether a validation is better than the best so far: by the classification loss. In a small validation set the
 * mAUROC hangs on a few positive images (a fifth of it on one finding's), the loss on every image.
 */
export function isBetter(now: HistoryLine['val'], best: HistoryLine['val'] | null): boolean {
  return best === null || now.classification < best.classification;
}
