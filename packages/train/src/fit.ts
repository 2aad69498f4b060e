import { type HistoryLine, type ProgressTask, sha256, type TrainFacts, UserError } from '@viewgap/contracts';
import { labelCounts, trainingPlans } from './batch-plans.ts';
import { encodeWeights, valuesOf } from './checkpoint.ts';
import { type ImageLoaders, imageFeed } from './image-feed.ts';
import { type InitialSettings, initialModels } from './initial-models.ts';
import { labelRule, labelTargets } from './label-targets.ts';
import type { Images } from './labelled-images.ts';
import { Scorer } from './score.ts';
import { ShownImages } from './shown-images.ts';
import { lastStepOf, trainingLength } from './training-length.ts';
import { type StepLoss, TrainingStep } from './training-step.ts';
import { isBetter, meanAuroc, meanEntropy } from './validation.ts';

export type FitSettings = InitialSettings;

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
  readonly train: Images;
  readonly val: Images;
  readonly loaders: ImageLoaders;
}

/** Fits one model; the best epoch by validation is kept. Nothing but the decoder and its loss differs between models. */
export async function fitModel(settings: FitSettings, data: FitData, progress: ProgressTask): Promise<Fit> {
  const { common, seed, size } = settings;
  const { train, val, loaders } = data;
  const { steps } = trainingLength(common, train.length);
  const { decoder } = settings.model;
  const { model, average } = await initialModels(settings);
  const disposables: { dispose(): void }[] = [model.parameters, ...(average ? [average.parameters] : [])];
  try {
    const shared = model.parameters.within(['encoder', 'head']);
    const initial_weights = sha256(encodeWeights(shared.keys(), await valuesOf(shared)));
    const training = new TrainingStep(model, average, { common, decoder, size, steps });
    disposables.push(training);
    const sharing = training.session;
    const scorer = new Scorer(training.scored, { size, loss: decoder?.loss ?? null, sharing });
    disposables.push(scorer);
    const rule = labelRule(common, () => labelCounts(train));
    const shown = new ShownImages();
    const history: HistoryLine[] = [];
    let best: { val: HistoryLine['val']; weights: Uint8Array } | null = null;
    let sums = new LossSums();
    let epoch = 1;
    const feed = imageFeed(loaders, trainingPlans(train, { ...common, seed, size }));
    for await (const { job, batch } of feed) {
      shown.add(job);
      const targets = labelTargets(
        job.images.map((image) => image.labels),
        rule,
      );
      const loss = finite(await training.run(job.step, batch, targets), job.step);
      sums.add(loss);
      if (job.step === lastStepOf(epoch, common, train.length)) {
        const line = await validate(scorer, val, loaders);
        const better = isBetter(line, best?.val ?? null);
        if (better) {
          best = {
            val: line,
            weights: encodeWeights(model.parameters.all().keys(), await training.weights()),
          };
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
      fairness: { initial_weights, ...shown.hashes(), steps },
      precision: training.precision,
      waitedShare: feed.waitedShare(),
    };
  } finally {
    for (const made of disposables.reverse()) made.dispose();
  }
}

/** @throws UserError where a loss is not finite */
function finite(loss: StepLoss, step: number): StepLoss {
  if (Number.isFinite(loss.classification) && Number.isFinite(loss.reconstruction ?? 0)) return loss;
  throw new UserError('the loss is not finite', `step ${step}`, 'lower train.common.learningRate');
}

async function validate(scorer: Scorer, images: Images, loaders: ImageLoaders): Promise<HistoryLine['val']> {
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

function noteOf(loss: number, last: HistoryLine | undefined): string {
  const auroc = last?.val.auroc.all;
  return `loss ${loss.toFixed(3)}${auroc == null ? '' : `, validation mAUROC ${auroc.toFixed(3)} after epoch ${last?.epoch}`}`;
}
