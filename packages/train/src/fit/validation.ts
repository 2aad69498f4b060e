import { FINDINGS, type HistoryLine, isFrontal, type View } from '@viewgap/contracts';
import { auroc, crossEntropy } from '@viewgap/stats';
import type { Images } from '../catalog/read-images.ts';

/**
 * Mean AUROC over the findings that have both classes among these images; null where none has.
 * @param logits [images.length, 5]
 */
export function meanAuroc(
  images: Images,
  logits: Float32Array,
  view: Extract<View, 'AP' | 'PA'> | 'all',
): number | null {
  const scores = FINDINGS.map(() => ({ positive: [] as number[], negative: [] as number[] }));
  let i = 0;
  for (const image of images) {
    const isShown = view === 'all' ? isFrontal(image.view) : image.view === view;
    image.labels.forEach((label, finding) => {
      if (!isShown || label === null) return;
      const { positive, negative } = scores[finding] as (typeof scores)[number];
      (label === 1 ? positive : negative).push(logits[i * FINDINGS.length + finding] as number);
    });
    i += 1;
  }
  const areas = scores.flatMap(
    ({ positive, negative }) => auroc(Float64Array.from(positive), Float64Array.from(negative)) ?? [],
  );
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** Sigmoid cross-entropy over the known labels, in doubles: the validation loss; NaN where no label is known. */
export function meanEntropy(images: Images, logits: Float32Array): number {
  let sum = 0;
  let known = 0;
  let i = 0;
  for (const { labels } of images) {
    labels.forEach((label, finding) => {
      if (label === null) return;
      sum += crossEntropy(logits[i * FINDINGS.length + finding] as number, label);
      known += 1;
    });
    i += 1;
  }
  return sum / known;
}

/**
 * Whether a validation is better than the best so far: by the classification loss. In a small validation set the
 * mAUROC hangs on a few positive images (a fifth of it on one finding's), the loss on every image. A loss that is not
 * finite is never the best.
 */
export function isBetter(now: HistoryLine['val'], best: HistoryLine['val'] | null): boolean {
  if (!Number.isFinite(now.classification)) return false;
  return best === null || now.classification < best.classification;
}

/** Whether the last `patience` validations were no better than the best before them. */
export function isStale(history: readonly Pick<HistoryLine, 'best'>[], patience: number): boolean {
  return history.length > patience && history.slice(-patience).every(({ best }) => !best);
}
