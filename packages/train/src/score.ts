import { FINDINGS } from '@viewgap/contracts';
import { plainBatch } from './image-batch.ts';
import type { LabelledImage } from './labelled-images.ts';
import { reconstructionLoss } from './loss.ts';
import type { Model } from './model.ts';
import type { ShardImages } from './shard-images.ts';
import { tidyValue } from './tidy-value.ts';

/** Images scored at once; inference keeps no activations, so this is bounded by memory traffic, not by memory. */
const BATCH = 64;

export interface Scores {
  /** [images.length, 5] in the order of FINDINGS */
  readonly logits: Float32Array;
  /** mean reconstruction loss per pixel; null where it was not asked for or there is no decoder */
  readonly reconstruction: number | null;
}

/**
 * Scores images as they are, without augmentation, with the moving statistics of batch norm.
 * @param loss which reconstruction loss to compute beside, if any
 */
export async function scoreImages(
  model: Model,
  images: readonly LabelledImage[],
  reader: ShardImages,
  size: number,
  loss: 'l1' | 'l2' | null,
  onProgress: (done: number) => void = () => {},
): Promise<Scores> {
  const logits = new Float32Array(images.length * FINDINGS.length);
  let reconstruction: number | null = null;
  for (let from = 0; from < images.length; from += BATCH) {
    const batch = images.slice(from, from + BATCH);
    const pixels = await reader.read(batch);
    const part = tidyValue(() => {
      const { images: input, inside } = plainBatch(pixels, batch.length, size);
      const output = model.apply(input, false, loss !== null);
      return {
        logits: output.logits.dataSync<'float32'>(),
        loss:
          output.reconstruction && loss
            ? (reconstructionLoss(output.reconstruction, input, inside, loss).dataSync()[0] as number)
            : null,
      };
    });
    logits.set(part.logits, from * FINDINGS.length);
    if (part.loss !== null) {
      reconstruction = (reconstruction ?? 0) + (part.loss * batch.length) / images.length;
    }
    onProgress(from + batch.length);
  }
  return { logits, reconstruction };
}
