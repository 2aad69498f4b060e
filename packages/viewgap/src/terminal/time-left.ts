/** Steps that tell how fast the work goes: of fewer, a slow first one or one that was cached would decide. */
const STEPS = 10;
/** Threads, compilers and caches start within this time. */
const MILLISECONDS = 5_000;

/** Estimates the time that is left of some work, once there is enough to tell it by. */
export class TimeLeft {
  readonly #total: number;
  /** The end of the first step: what came before it was the start. */
  #from: { readonly done: number; readonly at: number } | null = null;

  constructor(total: number) {
    this.#total = total;
  }

  /**
   * @param done steps finished so far
   * @param at milliseconds
   * @returns seconds; null where it cannot be told yet, or nothing is left
   */
  after(done: number, at: number): number | null {
    this.#from ??= { done, at };
    const steps = done - this.#from.done;
    const elapsed = at - this.#from.at;
    if (steps < STEPS || elapsed < MILLISECONDS || done >= this.#total) return null;
    return ((elapsed / steps) * (this.#total - done)) / 1000;
  }
}
