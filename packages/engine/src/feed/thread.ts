import { Worker } from 'node:worker_threads';
import { EngineError } from '../system/engine-error.ts';
import type { Reply, Request, WorkerData } from './serve.ts';
import { describeError, type MendableErrorClass, reviveError } from './thrown.ts';

const BOOT = new URL('./boot.mjs', import.meta.url);

interface Waiting {
  readonly resolve: (batch: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One worker, seen from the thread that started it. Without a job it does not keep the process alive. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #errors: readonly MendableErrorClass[];
  #lastId = 0;

  /** @param onDeath called where the worker ends by itself; jobs that wait stay so until `fail` */
  constructor(data: WorkerData, errors: readonly MendableErrorClass[], onDeath: (error: Error) => void) {
    this.#errors = errors;
    // The flags of this process (a loader, a debugger) are not the worker's.
    this.#worker = new Worker(BOOT, { workerData: data, execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (reply: Reply) => this.#settle(reply));
    this.#worker.on('messageerror', onDeath);
    this.#worker.on('error', (error) => onDeath(reviveError(describeError(error), errors)));
    this.#worker.on('exit', (code) => onDeath(ended(code)));
  }

  /** Jobs given to the worker that it has not answered. */
  get pending(): number {
    return this.#waiting.size;
  }

  run(job: unknown, spares: readonly ArrayBuffer[]): Promise<unknown> {
    const id = ++this.#lastId;
    this.#worker.postMessage({ id, job, spares } satisfies Request, spares);
    if (this.#waiting.size === 0) this.#worker.ref();
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** Ends the worker, whatever it does; what waits for it is rejected. */
  async fail(error: Error): Promise<void> {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    await this.#worker.terminate();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    // An answer that comes after `fail`: the process must stay alive until the worker has ended.
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('batch' in reply) waiting.resolve(reply.batch);
    else waiting.reject(reviveError(reply.thrown, this.#errors));
  }
}

function ended(code: number): EngineError {
  return new EngineError(
    'a worker that loads batches ended',
    `exit code ${code}`,
    'run again; if memory is short, with fewer workers or smaller batches',
  );
}
