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

/** The first compiles and fills caches. */
const UNTIMED = 1;
const TIMED = 3;
/** Scoring is the forward pass alone; backwards takes about twice as long. */
const SCORING_SHARE = 1 / 3;

/** Says after a few steps how long the whole training will take: for engines on which that may be too long. */
export class DurationEstimate implements FitWatcher {
  readonly #options: EstimateOptions;
  #done = 0;
  #began = 0;
  #validated = false;

  constructor(options: EstimateOptions) {
    this.#options = options;
  }

  begin(done: number): void {
    this.#done = done;
  }

  epoch(): void {
    // Its time is in no step: an epoch of so few steps ends before the estimate is worth anything.
    this.#validated = true;
  }

  step({ step }: StepReport): void {
    const own = step - this.#done;
    const now = this.#options.clock().getTime();
    if (own === UNTIMED) this.#began = now;
    if (own !== UNTIMED + TIMED || this.#validated) return;
    this.#options.log(sentence((now - this.#began) / 1000 / TIMED, step, this.#options));
  }
}

function sentence(secondsPerStep: number, step: number, options: EstimateOptions): string {
  const { steps, epochs, batchSize, val, engine } = options;
  const left = steps - step;
  const scored = (epochs * (left / steps) * val) / batchSize;
  const seconds = secondsPerStep * (left + SCORING_SHARE * scored);
  return (
    `a step takes ${secondsPerStep.toPrecision(2)} s on ${engine}: the ${left} steps that are left and their ` +
    `validations will take about ${duration(seconds)} (native TensorFlow is several times faster: viewgap doctor)`
  );
}

/** `40 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
