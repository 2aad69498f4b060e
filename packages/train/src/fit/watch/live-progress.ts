import type { HistoryLine, Progress, ProgressTask } from '@viewgap/contracts';
import type { FitWatcher, StepReport } from './fit-watcher.ts';

export interface LiveProgressOptions {
  readonly progress: Progress;
  readonly label: string;
  readonly steps: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** images of the validation */
  readonly val: number;
  readonly clock: () => Date;
}

/** What a person sees while a training runs: where it is, how fast, the losses, the last validation. */
export class LiveProgress implements FitWatcher {
  readonly #options: LiveProgressOptions;
  readonly #rate: Rate;
  #task: ProgressTask | null = null;
  #last: StepReport | null = null;
  #validation: HistoryLine | undefined;

  constructor(options: LiveProgressOptions) {
    this.#options = options;
    this.#rate = new Rate(options.clock);
  }

  begin(done: number): void {
    const { progress, label, steps } = this.#options;
    if (done > 0) progress.log(`${label}: goes on after step ${done} of ${steps}`);
    this.#task = progress.start(label, steps, 'steps', done);
    this.#rate.start(done);
  }

  step(report: StepReport): void {
    this.#last = report;
    this.#task?.update(report.step, this.#note(report));
  }

  validating(done: number): void {
    this.#task?.update(this.#last?.step ?? 0, `validating, ${done} of ${this.#options.val} images`);
  }

  epoch(history: readonly HistoryLine[]): void {
    this.#validation = history.at(-1);
  }

  finish(note: string): void {
    this.#task?.finish(note);
  }

  #note({ step, epoch, loss, waitedShare }: StepReport): string {
    const perSecond = this.#rate.stepsPerSecond(step);
    const auroc = this.#validation?.val.auroc;
    return [
      `epoch ${epoch} of ${this.#options.epochs}`,
      ...(perSecond === null ? [] : [`${(perSecond * this.#options.batchSize).toFixed(0)} img/s`]),
      `loss ${loss.classification.toFixed(3)}`,
      ...(loss.reconstruction === null ? [] : [`reconstruction ${loss.reconstruction.toFixed(4)}`]),
      ...(auroc ? [`validation mAUROC ${area(auroc.all)} (AP ${area(auroc.AP)}, PA ${area(auroc.PA)})`] : []),
      `waiting ${(100 * waitedShare).toFixed(0)} %`,
    ].join(', ');
  }
}

const area = (value: number | null) => value?.toFixed(3) ?? 'n/a';

const WINDOW_MS = 10_000;

/** Steps a second, of the last ten seconds or so. */
class Rate {
  readonly #clock: () => Date;
  #from = { step: 0, at: 0 };
  #next = { step: 0, at: 0 };

  constructor(clock: () => Date) {
    this.#clock = clock;
  }

  start(step: number): void {
    this.#from = this.#next = { step, at: this.#clock().getTime() };
  }

  stepsPerSecond(step: number): number | null {
    const at = this.#clock().getTime();
    if (at - this.#next.at > WINDOW_MS) [this.#from, this.#next] = [this.#next, { step, at }];
    const elapsed = at - this.#from.at;
    return elapsed > 0 ? (1000 * (step - this.#from.step)) / elapsed : null;
  }
}
