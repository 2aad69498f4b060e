import { counted, type HistoryLine, type Progress, type ProgressTask } from '@viewgap/contracts';
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

/** What a person sees while a training runs: the losses, the last validation, where it is, how fast; and a line for each epoch. */
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
    this.#task = progress.start(label, steps, 'step', done);
    this.#rate.start(done);
  }

  step(report: StepReport): void {
    this.#last = report;
    this.#task?.update(report.step, this.#note(report).join(', '));
  }

  validating(done: number): void {
    const note = [...this.#results(), `validating ${done} of ${counted(this.#options.val, 'image')}`];
    this.#task?.update(this.#last?.step ?? 0, note.join(', '));
  }

  epoch(history: readonly HistoryLine[]): void {
    this.#validation = history.at(-1);
    if (this.#validation) this.#options.progress.log(this.#epochLine(this.#validation));
  }

  finish(note: string): void {
    this.#task?.finish(note);
  }

  /** The most important first: a narrow terminal shows no more. */
  #note({ step, epoch, loss, waitedShare }: StepReport): string[] {
    const perSecond = this.#rate.stepsPerSecond(step);
    return [
      ...this.#results(),
      `epoch ${epoch} of ${this.#options.epochs}`,
      ...(loss.reconstruction === null ? [] : [`reconstruction ${loss.reconstruction.toFixed(4)}`]),
      ...(perSecond === null ? [] : [`${(perSecond * this.#options.batchSize).toFixed(0)} img/s`]),
      `waiting ${(100 * waitedShare).toFixed(0)} %`,
    ];
  }

  /** Loss of the last step, mAUROC of the last validation. */
  #results(): string[] {
    const loss = this.#last?.loss.classification;
    const auroc = this.#validation?.val.auroc;
    return [
      ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
      ...(auroc ? [`mAUROC ${area(auroc.all)}`] : []),
    ];
  }

  /** Short enough for 80 columns; history.jsonl has the rest. */
  #epochLine({ epoch, train, val, best }: HistoryLine): string {
    const { label, epochs } = this.#options;
    return [
      `${label}: epoch ${epoch}/${epochs}`,
      `loss ${train.classification.toFixed(3)}`,
      `val ${val.classification.toFixed(3)}`,
      `mAUROC ${area(val.auroc.all)}`,
      ...(best ? ['best'] : []),
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
