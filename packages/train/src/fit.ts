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
import type { Captured } from '@viewgap/engine';
import type { Augmentation } from './augmentation.ts';
import { type StepPlan, trainingPlans } from './batch-plans.ts';
import { encodeWeights, valuesOf } from './checkpoint.ts';
import { type ImageLoaders, imageFeed } from './image-feed.ts';
import { lastStepOf } from './image-order.ts';
import type { ImagePixels } from './image-worker.ts';
import type { LabelledImage } from './labelled-images.ts';
import { labelValues } from './loss.ts';
import { createModel, loadPretrained } from './model.ts';
import { Scorer } from './score.ts';
import { captureTraining, type StepLosses } from './training-step.ts';
import { isBetter, meanAuroc, meanEntropy } from './validation.ts';

export interface FitSettings {
  readonly common: TrainConfig;
  readonly model: ModelConfig;
  readonly seed: number;
  /** edge of the images, pixels */
  readonly size: number;
  /** safetensors file that the encoder starts from; null: random weights */
  readonly pretrained: string | null;
}

export interface Fit {
  /** safetensors of the best epoch */
  readonly weights: Uint8Array;
  readonly history: readonly HistoryLine[];
  readonly fairness: TrainFacts['fairness'];
  /** what the heavy operations computed in */
  readonly precision: 'float32' | 'bfloat16';
  /** share of the training's time in which the engine waited for images */
  readonly waitedShare: number;
}

export interface FitData {
  readonly train: readonly LabelledImage[];
  readonly val: readonly LabelledImage[];
  readonly loaders: ImageLoaders;
}

/** Fits one model; the best epoch by validation is kept. Nothing but the decoder and its loss differs between models. */
export async function fitModel(settings: FitSettings, data: FitData, progress: ProgressTask): Promise<Fit> {
  const { common, seed, size } = settings;
  const model = createModel(common, settings.model, size, seed);
  const steps: { dispose(): void }[] = [];
  try {
    if (settings.pretrained) await loadPretrained(model, settings.pretrained);
    const shared = model.parameters.within(['encoder', 'head']);
    const initial_weights = sha256(encodeWeights(shared.keys(), await valuesOf(shared)));
    const training = captureTraining(model, common, settings.model.decoder, size);
    steps.push(training);
    const scorer = new Scorer(model, { size, loss: settings.model.decoder?.loss ?? null, sharing: training });
    steps.push(scorer);
    const { train, val, loaders } = data;
    const shown = new ShownImages();
    const history: HistoryLine[] = [];
    let best: { val: HistoryLine['val']; weights: Uint8Array } | null = null;
    let sums = new LossSums();
    let epoch = 1;
    const feed = imageFeed(loaders, trainingPlans(train, { ...common, seed, size }));
    for await (const { job, batch } of feed) {
      job.images.forEach(({ imageId }, i) => {
        shown.add(imageId, job.augmentations[i] as Augmentation);
      });
      const loss = await trainStep(training, batch, job);
      sums.add(loss);
      if (job.step === lastStepOf(epoch, train.length, common.batchSize)) {
        const line = await validate(scorer, val, loaders);
        const better = isBetter(line, best?.val ?? null);
        if (better) {
          best = { val: line, weights: encodeWeights(model.parameters.all().keys(), await training.read()) };
        }
        history.push({ epoch, step: job.step, train: sums.means(), val: line, best: better });
        sums = new LossSums();
        epoch += 1;
      }
      progress.update(job.step, noteOf(loss.classification, history.at(-1)));
    }
    if (best === null) throw new Error('a training without an epoch');
    return {
      weights: best.weights,
      history,
      fairness: { initial_weights, ...shown.hashes(), steps: stepCount(common, train.length) },
      precision: training.precision,
      waitedShare: feed.waitedShare(),
    };
  } finally {
    for (const step of steps.reverse()) step.dispose();
    model.parameters.dispose();
  }
}

export function stepCount(common: TrainConfig, images: number): number {
  return lastStepOf(common.epochs, images, common.batchSize);
}

interface StepLoss {
  readonly classification: number;
  readonly reconstruction: number | null;
}

async function trainStep(
  training: Captured<StepLosses>,
  { pixels, inside }: ImagePixels,
  { step, images }: StepPlan,
): Promise<StepLoss> {
  const { labels, known } = labelValues(images.map((image) => image.labels));
  const values = await training.run(pixels, inside as Uint8Array, labels, known);
  const loss = {
    classification: values.classification.data[0] as number,
    reconstruction: values.reconstruction ? (values.reconstruction.data[0] as number) : null,
  };
  if (Number.isFinite(loss.classification) && Number.isFinite(loss.reconstruction ?? 0)) return loss;
  throw new UserError('the loss is not finite', `step ${step}`, 'lower train.common.learningRate');
}

async function validate(
  scorer: Scorer,
  images: readonly LabelledImage[],
  loaders: ImageLoaders,
): Promise<HistoryLine['val']> {
  const { logits, reconstruction } = await scorer.score(images, loaders);
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
