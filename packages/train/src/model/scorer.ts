import { FINDINGS, type ReconstructionLoss } from '@viewgap/contracts';
import { type Captured, capture, type StepResult, type tf } from '@viewgap/engine';
import { scoringPlans } from '../batches/batch-plans.ts';
import type { GreysOf } from '../batches/intensity.ts';
import type { Images, LabelledImage } from '../catalog/read-images.ts';
import { type ImageLoaders, imageFeed } from '../pixels/image-feed.ts';
import { imageBatch } from './image-batch.ts';
import { reconstructionLoss } from './loss.ts';
import type { Model } from './model.ts';

/** Images scored at once; inference keeps no activations, so this is bounded by memory traffic, not by memory. */
const BATCH = 64;

export interface Scores {
  /** [images.length, 5] in the order of FINDINGS */
  readonly logits: Float32Array;
  /** [images.length, features]; empty where they were not asked for */
  readonly embeddings: Float32Array;
  /** mean reconstruction loss per pixel; null where it was not asked for or there is no decoder */
  readonly reconstruction: number | null;
}

export interface ScorerOptions {
  /** edge of the images, pixels */
  readonly size: number;
  /** which reconstruction loss to compute as well, if any */
  readonly loss: ReconstructionLoss | null;
  /** whether to give the embeddings too; false where not given */
  readonly embeddings?: boolean;
  /** a training step whose weights are used for scoring; absent: the model's current weights */
  readonly sharing?: Captured<StepResult>;
  /** what each image is normalised by; absent: nothing that the model is to be told */
  readonly greysOf?: GreysOf;
}

type ScoreTensors = {
  readonly logits: tf.Tensor;
  readonly embedding?: tf.Tensor;
  readonly reconstruction?: tf.Tensor;
};

/** Scores images as they are, without augmentation, with the moving statistics of batch norm; in float32. */
export class Scorer {
  readonly #size: number;
  /** of an embedding; 0 where they are not asked for */
  readonly #features: number;
  /** the film mask of a full batch */
  readonly #whole: Uint8Array;
  readonly #greysOf: GreysOf;
  readonly #step: Captured<ScoreTensors>;

  constructor(model: Model, { size, loss, embeddings = false, sharing, greysOf }: ScorerOptions) {
    this.#size = size;
    this.#greysOf = greysOf ?? (() => null);
    this.#features = embeddings ? model.encoder.features : 0;
    this.#whole = new Uint8Array(BATCH * size ** 2).fill(1);
    const images = { shape: [BATCH, size, size, 1], dtype: 'uint8' } as const;
    const greys = this.#greysOf([]) ? [{ shape: [BATCH, 2] }] : [];
    this.#step = capture(
      (pixels, inside, greys) => {
        const batch = imageBatch(pixels as tf.Tensor4D, inside as tf.Tensor4D);
        const output = model.apply(batch.images, false, loss !== null, greys as tf.Tensor2D | undefined);
        const scores = { logits: output.logits, ...(embeddings && { embedding: output.embedding }) };
        if (!output.reconstruction || !loss) return scores;
        const reconstruction = reconstructionLoss(output.reconstruction, batch.images, batch.inside, loss);
        return { ...scores, reconstruction };
      },
      {
        inputs: [images, images, ...greys],
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
    const embeddings = new Float32Array(images.length * this.#features);
    let reconstruction: number | null = null;
    let done = 0;
    for await (const { job, batch } of imageFeed(loaders, scoringPlans(images, BATCH))) {
      const count = job.images.length;
      const values = await this.#step.run(...this.#padded(batch.pixels, count), ...this.#greys(job.images));
      logits.set(values.logits.data.subarray(0, count * FINDINGS.length), done * FINDINGS.length);
      if (values.embedding) {
        const { data } = values.embedding;
        embeddings.set(data.subarray(0, count * this.#features), done * this.#features);
      }
      if (values.reconstruction) {
        reconstruction =
          (reconstruction ?? 0) + ((values.reconstruction.data[0] as number) * count) / images.length;
      }
      done += count;
      onProgress(done);
    }
    return { logits, embeddings, reconstruction };
  }

  dispose(): void {
    this.#step.dispose();
  }

  /** Means and deviations for a full batch; padding is divided by 1. */
  #greys(images: readonly LabelledImage[]): Float32Array[] {
    const greys = this.#greysOf(images);
    if (!greys) return [];
    const full = new Float32Array(BATCH * 2).fill(1);
    full.set(greys);
    return [full];
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
