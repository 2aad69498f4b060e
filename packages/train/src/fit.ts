import { createHash } from 'node:crypto';
import {
  type HistoryLine,
  type ModelConfig,
  type ProgressTask,
  type Sha256,
  sha256,
  type TrainConfig,
  type TrainFacts,
  UserError,
} from '@viewgap/contracts';
import { tf } from '@viewgap/engine';
import { type Augmentation, augmentation } from './augmentation.ts';
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

export interface Fit {
  /** safetensors of the best epoch */
  readonly weights: Uint8Array;
  readonly history: readonly HistoryLine[];
  readonly fairness: TrainFacts['fairness'];
}

export interface FitData {
  readonly train: readonly LabelledImage[];
  readonly val: readonly LabelledImage[];
  readonly reader: ShardImages;
}

/** Fits one model; the best epoch by validation is kept. Nothing but the decoder and its loss differs between models. */
export async function fitModel(settings: FitSettings, data: FitData, progress: ProgressTask): Promise<Fit> {
  const { common, seed, size } = settings;
  const model = createModel(common, settings.model, size, seed);
  const optimizer = tf.train.adam(common.learningRate);
  try {
    const initial_weights = sha256(encodeWeights(model.parameters.within(['encoder', 'head'])));
    const shown = new ShownImages();
    const history: HistoryLine[] = [];
    let best: { val: HistoryLine['val']; weights: Uint8Array } | null = null;
    let sums = new LossSums();
    let epoch = 1;
    const plan = batches(seed, common.epochs, data.train.length, common.batchSize);
    const load = () => {
      const { value: batch } = plan.next();
      return batch && { batch, loading: loadBatch(batch, data, settings, shown) };
    };
    for (let now = load(), next: typeof now; now; now = next) {
      const { batch } = now;
      const loaded = await now.loading;
      // The next batch is decoded by sharp's threads while TensorFlow works on this one.
      next = load();
      // Its error is thrown when it is awaited, not before.
      next?.loading.catch(() => {});
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
    const steps = stepCount(common, data.train.length);
    return { weights: best.weights, history, fairness: { initial_weights, ...shown.hashes(), steps } };
  } finally {
    model.parameters.dispose();
    optimizer.dispose();
  }
}

export function stepCount(common: TrainConfig, images: number): number {
  return lastStepOf(common.epochs, images, common.batchSize);
}

type LoadedBatch = Awaited<ReturnType<typeof loadBatch>>;

async function loadBatch(
  batch: Batch,
  { train, reader }: FitData,
  { common, seed, size }: FitSettings,
  shown: ShownImages,
) {
  const drawn = batch.draws.map(({ index, epoch }) => {
    const image = train[index] as LabelledImage;
    const moved = augmentation(common.augment, seed, epoch, image.imageId, size);
    shown.add(image.imageId, moved);
    return { image, moved };
  });
  return {
    pixels: await reader.read(drawn.map(({ image }) => image)),
    labels: drawn.map(({ image }) => image.labels),
    augmentations: drawn.map(({ moved }) => moved),
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

/** Hashes of which images a training was shown, in which order, and how each was moved: two models must share them. */
class ShownImages {
  readonly #order = createHash('sha256');
  readonly #moves = createHash('sha256');
  #separator = '';

  add(imageId: string, moved: Augmentation): void {
    this.#order.update(this.#separator + imageId);
    this.#moves.update(this.#separator + JSON.stringify(moved));
    this.#separator = '\n';
  }

  hashes(): { batch_order: Sha256; augmentations: Sha256 } {
    return { batch_order: this.#order.digest('hex'), augmentations: this.#moves.digest('hex') };
  }
}

function noteOf(loss: number, last: HistoryLine | undefined): string {
  const auroc = last?.val.auroc.all;
  return `loss ${loss.toFixed(3)}${auroc == null ? '' : `, validation mAUROC ${auroc.toFixed(3)} after epoch ${last?.epoch}`}`;
}
