import {
  type HistoryLine,
  type ModelConfig,
  type ProgressTask,
  sha256,
  type TrainConfig,
  UserError,
} from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { augmentation } from './augmentation.ts';
import { encodeWeights } from './checkpoint.ts';
import { augmentedBatch } from './image-batch.ts';
import { type Batch, batches, lastStepOf } from './image-order.ts';
import type { LabelledImage } from './labelled-images.ts';
import { classificationLoss, labelBatch, reconstructionLoss } from './loss.ts';
import { createModel, type Model } from './model.ts';
import { scoreImages } from './score.ts';
import type { ShardImages } from './shard-images.ts';
import { tidyValue } from './tidy-value.ts';
import { isBetter, meanAuroc, meanEntropy } from './validation.ts';

export interface FitSettings {
  readonly common: TrainConfig;
  readonly model: ModelConfig;
  readonly seed: number;
  /** edge of the images, pixels */
  readonly size: number;
}

/** What two runs must share to be compared: hashes of the initial encoder and head, and of what each step saw. */
export interface Fairness {
  readonly initial_weights: string;
  readonly batch_order: string;
  readonly augmentations: string;
  readonly steps: number;
}

export interface Fit {
  /** safetensors of the best epoch */
  readonly weights: Uint8Array;
  readonly history: readonly HistoryLine[];
  readonly fairness: Fairness;
}

/** Fits one model; the best epoch by validation is kept. Nothing but the decoder and its loss differs between models. */
export async function fitModel(
  settings: FitSettings,
  data: {
    readonly train: readonly LabelledImage[];
    readonly val: readonly LabelledImage[];
    readonly reader: ShardImages;
  },
  progress: ProgressTask,
): Promise<Fit> {
  const { common, seed, size } = settings;
  const model = createModel(common, settings.model, size, seed);
  const optimizer = tf.train.adam(common.learningRate);
  try {
    const fairness = fairnessOf(settings, model, data.train);
    const history: HistoryLine[] = [];
    let best: { val: HistoryLine['val']; weights: Uint8Array } | null = null;
    let sums = new LossSums();
    let epoch = 1;
    const load = (batch: Batch) => loadBatch(batch, data.train, data.reader, settings);
    const plan = [...batches(seed, common.epochs, data.train.length, common.batchSize)];
    let next = plan[0] && load(plan[0]);
    for (const [i, batch] of plan.entries()) {
      const loaded = await (next as ReturnType<typeof load>);
      // The next batch is decoded by sharp's threads while TensorFlow works on this one.
      const following = plan[i + 1];
      next = following && load(following);
      // Its error is thrown when it is awaited, not before.
      next?.catch(() => {});
      const loss = trainStep(model, optimizer, loaded, settings);
      if (!Number.isFinite(loss.classification) || !Number.isFinite(loss.reconstruction ?? 0)) {
        throw new UserError(
          'the loss is not finite',
          `step ${batch.step}`,
          'lower train.common.learningRate',
        );
      }
      sums.add(loss);
      if (batch.step === lastStepOf(epoch, data.train.length, common.batchSize)) {
        const val = await validate(model, data.val, data.reader, settings);
        const better = isBetter(val, best?.val ?? null);
        if (better) best = { val, weights: encodeWeights(model.parameters.all()) };
        history.push({ epoch, step: batch.step, train: sums.means(), val, best: better });
        sums = new LossSums();
        epoch += 1;
      }
      progress.update(batch.step, noteOf(loss.classification, history.at(-1)));
    }
    if (best === null) throw new Error('a training without an epoch');
    return { weights: best.weights, history, fairness };
  } finally {
    model.parameters.dispose();
    optimizer.dispose();
  }
}

export function stepCount(common: TrainConfig, images: number): number {
  return Math.floor((common.epochs * images) / common.batchSize);
}

type LoadedBatch = Awaited<ReturnType<typeof loadBatch>>;

async function loadBatch(
  batch: Batch,
  images: readonly LabelledImage[],
  reader: ShardImages,
  { common, seed, size }: FitSettings,
) {
  const drawn = batch.draws.map(({ index }) => images[index] as LabelledImage);
  return {
    pixels: await reader.read(drawn),
    labels: drawn.map((image) => image.labels),
    augmentations: batch.draws.map(({ index, epoch }) =>
      augmentation(common.augment, seed, epoch, (images[index] as LabelledImage).imageId, size),
    ),
  };
}

interface StepLoss {
  readonly classification: number;
  readonly reconstruction: number | null;
}

function trainStep(
  model: Model,
  optimizer: tf.Optimizer,
  batch: LoadedBatch,
  settings: FitSettings,
): StepLoss {
  const { decoder } = settings.model;
  return tidyValue(() => {
    const { images, inside } = augmentedBatch(batch.pixels, batch.augmentations, settings.size);
    const known = labelBatch(batch.labels);
    let parts: { classification: tf.Scalar; reconstruction: tf.Scalar | null } | undefined;
    const { grads } = tf.variableGrads(() => {
      const output = model.apply(images, true);
      // The tape frees what it made as soon as it has the gradients, all but what is kept.
      const classification = tf.keep(classificationLoss(output.logits, known));
      const reconstruction =
        decoder && output.reconstruction
          ? tf.keep(reconstructionLoss(output.reconstruction, images, inside, decoder.loss))
          : null;
      parts = { classification, reconstruction };
      return decoder && reconstruction
        ? tf.add<tf.Scalar>(classification, tf.mul(reconstruction, decoder.lambda))
        : classification;
    }, model.parameters.trainable());
    optimizer.applyGradients(grads);
    const { classification, reconstruction } = parts as NonNullable<typeof parts>;
    const values = {
      classification: classification.dataSync()[0] as number,
      reconstruction: reconstruction && (reconstruction.dataSync()[0] as number),
    };
    tf.dispose([classification, ...(reconstruction ? [reconstruction] : [])]);
    return values;
  });
}

async function validate(
  model: Model,
  images: readonly LabelledImage[],
  reader: ShardImages,
  settings: FitSettings,
): Promise<HistoryLine['val']> {
  const { logits, reconstruction } = await scoreImages(
    model,
    images,
    reader,
    settings.size,
    settings.model.decoder?.loss ?? null,
  );
  return {
    classification: meanEntropy(images, logits),
    reconstruction,
    auroc: {
      all: meanAuroc(images, logits, 'all'),
      AP: meanAuroc(images, logits, 'AP'),
      PA: meanAuroc(images, logits, 'PA'),
    },
  };
}

/** Means of the step losses since the last epoch. */
class LossSums {
  #steps = 0;
  #classification = 0;
  #reconstruction: number | null = null;

  add(loss: StepLoss): void {
    this.#steps += 1;
    this.#classification += loss.classification;
    if (loss.reconstruction !== null)
      this.#reconstruction = (this.#reconstruction ?? 0) + loss.reconstruction;
  }

  means(): HistoryLine['train'] {
    return {
      classification: this.#classification / this.#steps,
      reconstruction: this.#reconstruction === null ? null : this.#reconstruction / this.#steps,
    };
  }
}

function fairnessOf(
  { common, seed, size }: FitSettings,
  model: Model,
  images: readonly LabelledImage[],
): Fairness {
  const order: string[] = [];
  const moves: string[] = [];
  for (const { draws } of batches(seed, common.epochs, images.length, common.batchSize)) {
    for (const { index, epoch } of draws) {
      const { imageId } = images[index] as LabelledImage;
      order.push(imageId);
      moves.push(JSON.stringify(augmentation(common.augment, seed, epoch, imageId, size)));
    }
  }
  return {
    initial_weights: sha256(encodeWeights(model.parameters.within(['encoder', 'head']))),
    batch_order: sha256(order.join('\n')),
    augmentations: sha256(moves.join('\n')),
    steps: stepCount(common, images.length),
  };
}

function noteOf(loss: number, last: HistoryLine | undefined): string {
  const auroc = last?.val.auroc.all;
  return `loss ${loss.toFixed(3)}${auroc == null ? '' : `, validation mAUROC ${auroc.toFixed(3)} after epoch ${last?.epoch}`}`;
}
