import { buffersOf } from './buffers.ts';

export type Jobs<Job> = Iterable<Job> | AsyncIterable<Job>;

/** A batch and the job that it was loaded for. */
export interface Fed<Job, Batch> {
  readonly job: Job;
  readonly batch: Batch;
}

type Run<Job, Batch> = (job: Job, spares: readonly ArrayBuffer[]) => Promise<Batch>;

/**
 * Batches in the order of their jobs, loaded ahead of the one that is asked for. To be iterated once. A batch's typed
 * arrays are valid until the next batch is asked for: then their memory goes back to the workers. An error ends the
 * feed when its batch is reached; no job is started after it was seen.
 */
export class Feed<Job, Batch> implements AsyncIterable<Fed<Job, Batch>> {
  readonly #jobs: Iterator<Job> | AsyncIterator<Job>;
  readonly #isAsync: boolean;
  readonly #ahead: number;
  readonly #run: Run<Job, Batch>;
  /** null: there are no more jobs */
  readonly #loading: Promise<Fed<Job, Batch> | null>[] = [];
  #lastPull: Promise<unknown> = Promise.resolve();
  #inUse: Batch | null = null;
  #spares: ArrayBuffer[] = [];
  #isOver = false;
  #waited = 0;
  #began: number | null = null;
  #ended: number | null = null;

  /** @param ahead batches loaded or being loaded beyond the one in use */
  constructor(jobs: Jobs<Job>, ahead: number, run: Run<Job, Batch>) {
    this.#isAsync = Symbol.asyncIterator in jobs;
    this.#jobs = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
    this.#ahead = ahead;
    this.#run = run;
  }

  /** Seconds that the consumer waited for batches so far. */
  get waited(): number {
    return this.#waited / 1000;
  }

  /** Share of the time since the first batch was asked for that the consumer waited, 0 … 1; the workers' start counts. */
  waitedShare(): number {
    const elapsed = (this.#ended ?? performance.now()) - (this.#began ?? Number.POSITIVE_INFINITY);
    return elapsed > 0 ? this.#waited / elapsed : 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Fed<Job, Batch>, void, undefined> {
    try {
      for (let fed = await this.#take(); fed; fed = await this.#take()) yield fed;
    } finally {
      this.#end();
    }
  }

  async #take(): Promise<Fed<Job, Batch> | null> {
    const asked = performance.now();
    this.#began ??= asked;
    this.#spares = this.#spares.concat(buffersOf(this.#inUse));
    this.#inUse = null;
    // Before anything is awaited: the consumer may not come back to the event loop for long.
    while (!this.#isOver && this.#loading.length <= this.#ahead) this.#loading.push(this.#start());
    try {
      const fed = (await this.#loading.shift()) ?? null;
      this.#inUse = fed?.batch ?? null;
      return fed;
    } finally {
      this.#waited += performance.now() - asked;
    }
  }

  #start(): Promise<Fed<Job, Batch> | null> {
    const loading = this.#isAsync ? this.#pullAsync() : this.#pull();
    loading.then(
      (fed) => {
        if (fed === null) this.#isOver = true;
      },
      () => {
        this.#isOver = true;
      },
    );
    return loading;
  }

  /** Runs up to the worker without a pause. */
  async #pull(): Promise<Fed<Job, Batch> | null> {
    return this.#load(this.#jobs.next() as IteratorResult<Job>);
  }

  async #pullAsync(): Promise<Fed<Job, Batch> | null> {
    const pull = this.#lastPull.then(() => this.#jobs.next());
    this.#lastPull = pull;
    return this.#load(await pull);
  }

  async #load(step: IteratorResult<Job>): Promise<Fed<Job, Batch> | null> {
    if (step.done) {
      this.#isOver = true;
      return null;
    }
    return { job: step.value, batch: await this.#run(step.value, this.#spares.splice(0)) };
  }

  #end(): void {
    this.#isOver = true;
    this.#ended ??= performance.now();
    this.#inUse = null;
    this.#loading.length = 0;
    // A source that is stuck must not hold up the end, and what it has to say comes too late.
    Promise.resolve()
      .then(() => this.#jobs.return?.())
      .catch(() => {});
  }
}
