import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import type { HistoryLine } from '@viewgap/contracts';
import type { SummaryWriter } from '@viewgap/engine';
import { type LossParts, type LossSums, means, NO_LOSSES, plus } from '../../model/loss-means.ts';
import type { FitWatcher, StepReport } from './fit-watcher.ts';

export interface EventFileOptions {
  readonly folder: string;
  /** of the whole training */
  readonly steps: number;
  readonly learningRateAt: (step: number) => number;
  readonly log: (line: string) => void;
  /** null where the engine has no writer */
  readonly open: (folder: string) => SummaryWriter | null;
}

/** Points of a curve: as many as a screen shows. */
const POINTS = 1000;

/** Losses, learning rate and validations for TensorBoard, while the training runs. */
export class EventFile implements FitWatcher {
  readonly #options: EventFileOptions;
  readonly #every: number;
  #writer: SummaryWriter | null = null;
  #sums: LossSums = NO_LOSSES;

  constructor(options: EventFileOptions) {
    this.#options = options;
    this.#every = Math.max(1, Math.floor(options.steps / POINTS));
  }

  begin(done: number): void {
    const { folder, log, open } = this.#options;
    // A training that goes on adds a file: TensorBoard shows them as one.
    if (done === 0) rmSync(folder, { recursive: true, force: true });
    this.#writer = open(folder);
    if (this.#writer) log(`to watch it: tensorboard --logdir ${fromHere(folder)}`);
    else log('this engine writes no files for TensorBoard; history.jsonl gets a line an epoch');
  }

  step({ step, loss }: StepReport): void {
    this.#sums = plus(this.#sums, loss);
    if (!this.#writer || this.#sums.steps < this.#every) return;
    this.#losses('training', means(this.#sums), step);
    this.#writer.scalar('learning rate', this.#options.learningRateAt(step), step);
    this.#sums = NO_LOSSES;
  }

  epoch(history: readonly HistoryLine[]): void {
    const { step, val } = history.at(-1) as HistoryLine;
    this.#losses('validation', val, step);
    for (const [view, auroc] of Object.entries(val.auroc)) {
      if (auroc !== null) this.#writer?.scalar(`validation/mAUROC ${view}`, auroc, step);
    }
    this.#writer?.flush();
  }

  close(): void {
    this.#writer?.close();
    this.#writer = null;
  }

  #losses(
    part: 'training' | 'validation',
    { classification, reconstruction }: LossParts,
    step: number,
  ): void {
    this.#writer?.scalar(`${part}/classification loss`, classification, step);
    if (reconstruction !== null) this.#writer?.scalar(`${part}/reconstruction loss`, reconstruction, step);
  }
}

/** A path below the working folder without that: Nx prints the line again in other checkouts. */
function fromHere(path: string): string {
  const shorter = relative('', path);
  return shorter.startsWith('..') ? path : shorter;
}
