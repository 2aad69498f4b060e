import { type HistoryLine, StoppedError, type StopSignal, UserError } from '@viewgap/contracts';
import { OutOfMemoryError } from '@viewgap/engine';
import { type StepPlan, type TrainingOrder, trainingPlans } from '../batches/batch-plans.ts';
import type { GreysOf } from '../batches/intensity.ts';
import { type LabelRule, labelTargets } from '../batches/label-targets.ts';
import { shownAfter } from '../batches/order-hash.ts';
import { lastStepOf, trainingLength } from '../batches/training-length.ts';
import type { Images } from '../catalog/image.ts';
import { type LossParts, means, NO_LOSSES, plus } from '../model/loss-means.ts';
import type { Scorer } from '../model/scorer.ts';
import { type ImageLoaders, imageFeed } from '../pixels/image-feed.ts';
import type { ImagePixels } from '../pixels/image-worker.ts';
import type { Checkpointer } from './checkpoint/checkpointer.ts';
import { type FitState, freshState } from './checkpoint/fit-state.ts';
import { brokenTensor, checkLoss, neverValidated, weightsBroken } from './loss-guard.ts';
import type { TrainingStep } from './training-step.ts';
import { isBetter, isStale, meanAuroc, meanEntropy } from './validation.ts';
import type { FitWatcher } from './watch/fit-watcher.ts';

export interface FitData {
  readonly train: Images;
  readonly val: Images;
  readonly loaders: ImageLoaders;
}

export interface FitLoopParts {
  readonly order: TrainingOrder;
  readonly data: FitData;
  readonly training: TrainingStep;
  readonly scorer: Scorer;
  /** how labels become targets */
  readonly rule: LabelRule;
  readonly greysOf: GreysOf;
  /** epochs without a lower validation loss after which it ends; null: all epochs */
  readonly patience: number | null;
  readonly checkpointer: Checkpointer | null;
  readonly watcher: Required<FitWatcher>;
  readonly log: (line: string) => void;
  /** its reason is the signal's name */
  readonly stop: AbortSignal;
}

/** Runs a training from where its last checkpoint left it, epoch by epoch, to its end. */
export class FitLoop {
  readonly #parts: FitLoopParts;
  #state: FitState = freshState();
  #waitedShare = 0;

  constructor(parts: FitLoopParts) {
    this.#parts = parts;
  }

  get state(): Readonly<FitState> {
    return this.#state;
  }

  /** Share of this run's time in which the engine waited for images. */
  get waitedShare(): number {
    return this.#waitedShare;
  }

  /**
   * @throws StoppedError when it was told to stop and has saved where it is
   * @throws UserError where the loss or every validation loss is not finite, or a checkpoint cannot be written
   */
  async run(): Promise<void> {
    const { checkpointer, stop } = this.#parts;
    await this.#resume();
    try {
      await this.#train();
    } catch (error) {
      if (!stop.aborted || error !== stop.reason) throw error;
      throw await this.#stopped(stop.reason as StopSignal);
    }
    await checkpointer?.settle();
    const { best, history, step } = this.#state;
    if (best === null) throw neverValidated(history.length, step);
  }

  async #resume(): Promise<void> {
    const { checkpointer, training, watcher, log } = this.#parts;
    const found = await checkpointer?.resume(log);
    if (found) {
      await training.write(found.tensors);
      this.#state = found.state;
    }
    watcher.begin(this.#state.step);
  }

  async #train(): Promise<void> {
    const { order, data, checkpointer, watcher, stop } = this.#parts;
    // A run that was stopped while it validated has done the epoch's last step already.
    await this.#validateAtEpochEnd();
    if (this.#isStale) return;
    const feed = imageFeed(data.loaders, trainingPlans(data.train, order, this.#state.step));
    for await (const { job, batch } of feed) {
      const loss = await this.#step(batch, job);
      const { sums, shown } = this.#state;
      Object.assign(this.#state, { step: job.step, sums: plus(sums, loss), shown: shownAfter(shown, job) });
      this.#waitedShare = feed.waitedShare();
      watcher.step({ step: job.step, epoch: this.#epoch, loss, waitedShare: this.#waitedShare });
      await this.#validateAtEpochEnd();
      stop.throwIfAborted();
      if (this.#isStale) return;
      if (checkpointer?.isDue(job.step)) await this.#save(checkpointer);
    }
  }

  get #isStale(): boolean {
    const { patience } = this.#parts;
    return patience !== null && isStale(this.#state.history, patience);
  }

  /** The one that is under way. */
  get #epoch(): number {
    return this.#state.history.length + 1;
  }

  async #step(batch: ImagePixels, plan: StepPlan): Promise<LossParts> {
    const { training, rule, greysOf, checkpointer } = this.#parts;
    const labels = plan.images.map((image) => image.labels);
    const loss = await training
      .run(plan.step, batch, labelTargets(labels, rule), greysOf(plan.images))
      .catch(rethrown);
    checkLoss(loss, plan, checkpointer?.kept);
    return loss;
  }

  async #validateAtEpochEnd(): Promise<void> {
    const { order, data, training, watcher } = this.#parts;
    const { step, history, sums, best } = this.#state;
    const epoch = this.#epoch;
    const { epochs } = trainingLength(order, data.train.length);
    if (epoch > epochs || step < lastStepOf(epoch, order, data.train.length)) return;
    const val = await this.#validate();
    const better = isBetter(val, history.findLast((line) => line.best)?.val ?? null);
    this.#state.best = better ? await training.weights() : best;
    history.push({ epoch, step, train: means(sums), val, best: better });
    this.#state.sums = NO_LOSSES;
    await watcher.epoch(history);
  }

  async #validate(): Promise<HistoryLine['val']> {
    const { scorer, data, watcher, stop } = this.#parts;
    const { val, loaders } = data;
    const { logits, reconstruction } = await scorer.score(val, loaders, (done) => {
      stop.throwIfAborted();
      watcher.validating(done);
    });
    return {
      classification: meanEntropy(val, logits),
      reconstruction,
      auroc: {
        all: meanAuroc(val, logits, 'all'),
        AP: meanAuroc(val, logits, 'AP'),
        PA: meanAuroc(val, logits, 'PA'),
      },
    };
  }

  /** Saves a checkpoint, but no weights that are not finite: the checkpoint before is worth more. */
  async #save(checkpointer: Checkpointer): Promise<void> {
    const tensors = await this.#parts.training.read();
    const broken = await brokenTensor(tensors);
    if (broken !== undefined) throw weightsBroken(broken, this.#state.step, checkpointer.kept);
    await checkpointer.save(this.#state, tensors);
  }

  async #stopped(signal: StopSignal): Promise<StoppedError> {
    const { checkpointer } = this.#parts;
    const { step } = this.#state;
    if (!checkpointer || step === 0) {
      return new StoppedError(signal, `step ${step}, nothing is saved`, 'run again to start over');
    }
    await this.#save(checkpointer);
    await checkpointer.settle();
    return new StoppedError(signal, `step ${step} is saved`, 'run the same command again to resume');
  }
}

/** Too little memory, with the settings that ask for less. */
function rethrown(error: unknown): never {
  if (!(error instanceof OutOfMemoryError)) throw error;
  const cure = 'raise train.common.gradientAccumulation, make ingest.size smaller, or use the native engine';
  throw new UserError(error.what, error.value, cure, { cause: error });
}
