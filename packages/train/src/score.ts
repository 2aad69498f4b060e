import { FINDINGS, type ReconstructionLoss } from '@viewgap/contracts';
import { type Captured, capture, type StepResult, type tf } from '@viewgap/engine';
import { scoringPlans } from './batch-plans.ts';
import { imageBatch } from './image-batch.ts';
import { type ImageLoaders, imageFeed } from './image-feed.ts';
import type { Images } from './labelled-images.ts';
import { reconstructionLoss } from './loss.ts';
import type { Model } from './model.ts';

/** Images scored at once; inference keeps no activations, so this is bounded by memory traffic, not by memory. */
const BATCH = 64;

export interface Scores {
  /** [images.length, 5] in the order of FINDINGS */
  readonly logits: Float32Array;
  /** mean reconstruction loss per pixel; null where it was not asked for or there is no decoder */
  readonly reconstruction: number | null;
}

export interface ScorerOptions {
  /** edge of the images, pixels */
  readonly size: number;
  /** which reconstruction loss to compute beside, if any */
  readonly loss: ReconstructionLoss | null;
  /** a training step whose weights are the ones to score with; absent: the model's own as they are now */
  readonly sharing?: Captured<StepResult>;
}

type ScoreTensors = { readonly logits: tf.Tensor; readonly reconstruction?: tf.Tensor };

/** Scores images as they are, without augmentation, with the moving statistics of batch norm; in float32. */
export class Scorer {
  readonly #size: number;
  /** the film mask of a full batch */
  readonly #whole: Uint8Array;
  readonly #step: Captured<ScoreTensors>;

  constructor(model: Model, { size, loss, sharing }: ScorerOptions) {
    this.#size = size;
    this.#whole = new Uint8Array(BATCH * size ** 2).fill(1);
    const images = { shape: [BATCH, size, size, 1], dtype: 'uint8' } as const;
    this.#step = capture(
      (pixels, inside) => {
        const batch = imageBatch(pixels as tf.Tensor4D, inside as tf.Tensor4D);
        const output = model.apply(batch.images, false, loss !== null);
        if (!output.reconstruction || !loss) return { logits: output.logits };
        const reconstruction = reconstructionLoss(output.reconstruction, batch.images, batch.inside, loss);
        return { logits: output.logits, reconstruction };
      },
      {
        inputs: [images, images],
        variables: model.variables,
        ...(sharing && { sharing }),
      },
    );
  }

  /** Scores all images, in their order. */
  async score(
    images: Images,
    loaders: ImageLoaders,
    onProgress: (done: number) => void = () => {},
  ): Promise<Scores> {
    const logits = new Float32Array(images.length * FINDINGS.length);
    let reconstruction: number | null = null;
    let done = 0;
    for await (const { job, batch } of imageFeed(loaders, scoringPlans(images, BATCH))) {
      const count = job.images.length;
      const values = await this.#step.run(...this.#padded(batch.pixels, count));
      logits.set(values.logits.data.subarray(0, count * FINDINGS.length), done * FINDINGS.length);
      if (values.reconstruction) {
        reconstruction =
          (reconstruction ?? 0) + ((values.reconstruction.data[0] as number) * count) / images.length;
      }
      done += count;
      onProgress(done);
    }
    return { logits, reconstruction };
  }

  dispose(): void {
    this.#step.dispose();
  }

  /** Pixels and film mask of a full batch: the step is compiled for one size, and what is not film counts for nothing. */
  #padded(pixels: Uint8Array, count: number): [Uint8Array, Uint8Array] {
    const area = this.#size ** 2;
    if (count === BATCH) return [pixels, this.#whole];
    const full = new Uint8Array(BATCH * area);
    full.set(pixels);
    return [full, new Uint8Array(BATCH * area).fill(1, 0, count * area)];
  }
}
