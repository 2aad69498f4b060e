import { type Sha256, sha256 } from '@viewgap/contracts';
import type { StepPlan } from './batch-plans.ts';

/** Hashes of what a training was shown: two models must share them. */
export interface ShownHashes {
  readonly batch_order: Sha256;
  readonly augmentations: Sha256;
}

/** Before the first step. */
const NOTHING: ShownHashes = { batch_order: sha256(''), augmentations: sha256('') };

/**
 * Which images a training was shown, in which order, and how each was moved: each step's hash is of the hash before it
 * and of what it shows, so that a training goes on from two hashes.
 */
export class ShownImages {
  #hashes: ShownHashes;

  /** @param before what a training that goes on had shown already */
  constructor(before: ShownHashes = NOTHING) {
    this.#hashes = before;
  }

  add({ images, augmentations }: Pick<StepPlan, 'images' | 'augmentations'>): void {
    const { batch_order, augmentations: moved } = this.#hashes;
    this.#hashes = {
      batch_order: sha256(
        JSON.stringify([batch_order, images.map(({ source, imageId }) => [source, imageId])]),
      ),
      augmentations: sha256(JSON.stringify([moved, augmentations])),
    };
  }

  hashes(): ShownHashes {
    return this.#hashes;
  }
}
