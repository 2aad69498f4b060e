import { hashUniform } from '@viewgap/stats';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Indices 0 … count-1 in the order of one epoch: a pure function of seed and epoch, the same for every model. */
export function epochOrder(seed: number, epoch: number, count: number): Uint32Array {
  return shuffled(
    Uint32Array.from({ length: count }, (_, i) => i),
    'order',
    seed,
    epoch,
  );
}

/** Shuffles indices in place; the result depends only on what names the shuffle. */
export function shuffled(indices: Uint32Array, ...name: readonly (string | number)[]): Uint32Array {
  const generator = xoroshiro128plus(Math.floor(hashUniform(...name) * 2 ** 32) | 0);
  for (let i = indices.length - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    const swapped = indices[i] as number;
    indices[i] = indices[j] as number;
    indices[j] = swapped;
  }
  return indices;
}

/** An image by its index, and how often it has been shown by then, from 1: its augmentation depends on both. */
export interface Draw {
  readonly index: number;
  readonly epoch: number;
}

/**
 * Every image once an epoch, without end.
 * @param after draws that were made before: the others
 */
export function* epochDraws(seed: number, count: number, after = 0): Generator<Draw> {
  const first = Math.floor(after / count) + 1;
  for (let epoch = first; ; epoch++) {
    const order = epochOrder(seed, epoch, count);
    for (const index of epoch === first ? order.subarray(after % count) : order) yield { index, epoch };
  }
}

/** One training step's images. An epoch's last short batch is filled from the next epoch, so all have one size. */
export interface Batch {
  /** from 1 */
  readonly step: number;
  readonly draws: readonly Draw[];
}

/**
 * The batches of a training, step by step.
 * @param draws those of the first step that is wanted first
 * @param after steps that were done before
 */
export function* batches(
  draws: Iterable<Draw>,
  { batchSize, steps, after = 0 }: { batchSize: number; steps: number; after?: number },
): Generator<Batch> {
  if (after >= steps) return;
  let batch: Draw[] = [];
  let step = after;
  for (const draw of draws) {
    batch.push(draw);
    if (batch.length < batchSize) continue;
    step += 1;
    yield { step, draws: batch };
    if (step === steps) return;
    batch = [];
  }
}
