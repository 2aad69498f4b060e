import { hashUniform } from '@viewgap/contracts';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Indices 0 … count-1 in the order of one epoch: a pure function of seed and epoch, the same for every model. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  const generator = xoroshiro128plus(Math.floor(hashUniform('order', seed, epoch) * 2 ** 32) | 0);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    const swapped = order[i] as number;
    order[i] = order[j] as number;
    order[j] = swapped;
  }
  return order;
}

/** One training step's images. An epoch's last short batch is filled from the next epoch, so all have one size. */
export interface Batch {
  readonly step: number;
  /** index of the image and the epoch that it is drawn in (its augmentation depends on both) */
  readonly draws: readonly { readonly index: number; readonly epoch: number }[];
}

/**
 * All batches of a training, step 1 first; the images of the last epoch that fill no batch are left out.
 * @param after steps that were done before: their batches are passed over
 */
export function* batches(
  seed: number,
  epochs: number,
  count: number,
  batchSize: number,
  after = 0,
): Generator<Batch> {
  let draws: { index: number; epoch: number }[] = [];
  let step = after;
  const drawn = after * batchSize;
  const first = Math.floor(drawn / count) + 1;
  for (let epoch = first; epoch <= epochs; epoch++) {
    const order = epochOrder(seed, epoch, count);
    for (const index of epoch === first ? order.subarray(drawn % count) : order) {
      draws.push({ index, epoch });
      if (draws.length < batchSize) continue;
      step += 1;
      yield { step, draws };
      draws = [];
    }
  }
}

/** The last step of an epoch: the last that holds no image of the next one. Epochs are no smaller than a batch. */
export function lastStepOf(epoch: number, count: number, batchSize: number): number {
  return Math.floor((epoch * count) / batchSize);
}
