import { availableParallelism } from 'node:os';
import { EngineError } from '../system/engine-error.ts';
import { Feed, type Jobs } from './feed.ts';
import { Thread } from './thread.ts';
import type { MendableErrorClass } from './thrown.ts';

export interface LoadersOptions<Setup> {
  /** a module (.ts, .js or .mjs) that exports `open`, see LoaderModule */
  readonly module: URL;
  /** given to `open` in every worker: anything that structuredClone takes */
  readonly setup: Setup;
  /** default: defaultWorkers() */
  readonly workers?: number;
  /** classes that the module's errors are restored to, besides EngineError */
  readonly errors?: readonly MendableErrorClass[];
}

export interface FeedOptions {
  /** batches loaded or being loaded beyond the one in use; default: two for each worker */
  readonly ahead?: number;
}

/** Workers that load batches; any number of feeds may use them, one after the other or side by side. */
export interface Loaders<Job, Batch> {
  readonly workers: number;
  /** Batches of these jobs, loaded ahead, in the order of the jobs for any number of workers. */
  feed(jobs: Jobs<Job>, options?: FeedOptions): Feed<Job, Batch>;
  /** @param message what of a job the worker needs: it is cloned, the job itself stays here */
  feed<Mine>(
    jobs: Jobs<Mine>,
    options: FeedOptions & { readonly message: (job: Mine) => Job },
  ): Feed<Mine, Batch>;
  /** Ends the workers, whatever they do. What is still asked of them is an error. */
  close(): Promise<void>;
}

/**
 * Workers for a machine: one core is left to the engine. On two cores a second worker gained nothing beside a training
 * step (measured, 64 to 1024 pixels), although with nothing else to do two load 1024 pixels almost twice as fast. At
 * most eight, since work in libuv's pool, such as sharp's decoding, shares four threads among all of them.
 */
export function defaultWorkers(cores = availableParallelism()): number {
  return Math.min(8, Math.max(1, cores - 1));
}

/**
 * Starts worker threads that load batches ahead of the engine.
 * @throws EngineError, from the feed: a worker ended; else what the module throws
 */
export function startLoaders<Setup, Job, Batch extends object>(
  options: LoadersOptions<Setup>,
): Loaders<Job, Batch> {
  return new ThreadLoaders<Job, Batch>(options);
}

class ThreadLoaders<Job, Batch> implements Loaders<Job, Batch> {
  readonly workers: number;
  readonly #threads: readonly Thread[];
  #ended: Error | null = null;
  #closing: Promise<unknown> = Promise.resolve();

  constructor({ module, setup, workers = defaultWorkers(), errors = [] }: LoadersOptions<unknown>) {
    if (!Number.isInteger(workers) || workers < 1) {
      throw new EngineError('not a number of workers', String(workers), 'give a whole number from 1');
    }
    this.workers = workers;
    const data = { module: module.href, setup };
    const classes = [EngineError, ...errors];
    this.#threads = Array.from(
      { length: workers },
      () => new Thread(data, classes, (error) => this.#end(error)),
    );
  }

  feed<Mine>(
    jobs: Jobs<Mine>,
    options: FeedOptions & { readonly message?: (job: Mine) => unknown } = {},
  ): Feed<Mine, Batch> {
    const { ahead = 2 * this.workers, message = (job: Mine) => job } = options;
    if (!Number.isInteger(ahead) || ahead < 1) {
      throw new EngineError('not a number of batches ahead', String(ahead), 'give a whole number from 1');
    }
    return new Feed(jobs, ahead, (job, spares) => this.#run(message(job), spares));
  }

  async close(): Promise<void> {
    this.#end(new Error('a batch was asked for after the loaders were closed'));
    await this.#closing;
  }

  #run(job: unknown, spares: readonly ArrayBuffer[]): Promise<Batch> {
    if (this.#ended) throw this.#ended;
    const idle = this.#threads.reduce((best, one) => (one.pending < best.pending ? one : best));
    return idle.run(job, spares) as Promise<Batch>;
  }

  /** One dead worker ends all: its batch will never come, and the order is kept. */
  #end(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    this.#closing = Promise.all(this.#threads.map((thread) => thread.fail(error)));
  }
}
