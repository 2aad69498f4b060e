import { type Sha256, sha256 } from '@viewgap/artifacts';
import type { StepPlan } from './batch-plans.ts';

/** Hashes of the images and augmentations that a training saw: compared models must share them. */
export interface ShownHashes {
  readonly batch_order: Sha256;
  readonly augmentations: Sha256;
}

export const NOTHING_SHOWN: ShownHashes = { batch_order: sha256(''), augmentations: sha256('') };

/** The hashes after one more step: chains, so that a training goes on from them without what came before. */
export function shownAfter(before: ShownHashes, { images, augmentations }: StepPlan): ShownHashes {
  const ids = images.map(({ source, imageId }) => [source, imageId]);
  return {
    batch_order: sha256(JSON.stringify([before.batch_order, ids])),
    augmentations: sha256(JSON.stringify([before.augmentations, augmentations])),
  };
}
