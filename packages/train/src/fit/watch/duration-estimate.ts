import { counted, duration } from '@viewgap/contracts';
import type { FitWatcher, StepReport } from './fit-watcher.ts';

export interface EstimateOptions {
  readonly steps: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** images of the validation */
  readonly val: number;
  readonly engine: string;
  readonly clock: () => Date;
  readonly log: (line: string) => void;
}

/** So many steps are timed, or as many as take so long: the first, which compiles and fills caches, is not. */
const TIMED = { steps: 3, seconds: 10 };
/** Scoring is the forward pass alone; backwards takes about twice as long. */
const SCORING_SHARE = 1 / 3;

/** Says after a few steps how long the whole training will take: for engines on which that may be too long. */
export class DurationEstimate implements FitWatcher {
  readonly #options: EstimateOptions;
  /** when the step that is under way began; null before the first has ended */
  #began: number | null = null;
  #timed = 0;
  #seconds = 0;
  #isSaid = false;

  constructor(options: EstimateOptions) {
    this.#options = options;
  }

  step({ step }: StepReport): void {
    const { clock, log } = this.#options;
    const now = clock().getTime();
    if (this.#began !== null) {
      this.#timed += 1;
      this.#seconds += (now - this.#began) / 1000;
    }
    this.#began = now;
    if (this.#isSaid || this.#timed === 0) return;
    if (this.#timed < TIMED.steps && this.#seconds < TIMED.seconds) return;
    this.#isSaid = true;
    log(sentence(this.#seconds / this.#timed, step, this.#options));
  }

  /** The validation that ends here is not part of a step. */
  epoch(): void {
    this.#began = this.#options.clock().getTime();
  }
}

function sentence(secondsPerStep: number, step: number, options: EstimateOptions): string {
  const { steps, epochs, batchSize, val, engine } = options;
  const left = steps - step;
  const scored = (epochs * (left / steps) * val) / batchSize;
  const seconds = secondsPerStep * (left + SCORING_SHARE * scored);
  return (
    `a step takes ${secondsPerStep.toPrecision(2)} s on ${engine}: the rest, ${counted(left, 'step')} with ` +
    `validations, will take about ${duration(seconds)} (native TensorFlow is several times faster: viewgap doctor)`
  );
}
