import { Worker } from 'node:worker_threads';
import type { ReaderSettings } from '../image/radiograph.ts';
import type { ReadResult, WorkerMessage } from './read-worker.ts';

const BOOT = new URL('./worker-boot.mjs', import.meta.url);
/** A worker's next jobs wait with it, so that it has some while this thread writes a batch. */
const JOBS_AHEAD = 16;
/** Files to ask for at a time: as many as the workers hold, and some that wait for them. */
export const FILES_AHEAD = JOBS_AHEAD + 4;
/** JavaScript's own memory of a worker; pixels and WebAssembly come on top. */
const HEAP_MIB = 512;

export interface PoolOptions {
  readonly settings: ReaderSettings;
  readonly workers: number;
  /** a file that takes longer is given up, and its worker with it */
  readonly limitMs?: number;
}

interface Job {
  readonly id: number;
  readonly path: string;
  readonly resolve: (result: ReadResult) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  /** sent to the worker; it is at the first */
  readonly jobs: Job[];
  ready: boolean;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Threads that read image files. Decoders are not trusted: a file that makes one hang, crash or take too much memory
 * costs that thread alone, and is a file that cannot be read.
 */
export class ReadPool {
  readonly #options: Required<PoolOptions>;
  readonly #threads = new Set<Thread>();
  #waiting: Job[] = [];
  #lastId = 0;

  constructor(options: PoolOptions) {
    this.#options = { limitMs: 10_000, ...options };
    for (let i = 0; i < options.workers; i++) this.#start();
  }

  /** Reads a file. @throws what the system says where it cannot be opened */
  read(path: string): Promise<ReadResult> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: ++this.#lastId, path, resolve, reject });
      this.#hand();
    });
  }

  async close(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    await Promise.all(
      threads.map(({ worker, timer }) => {
        clearTimeout(timer);
        return worker.terminate();
      }),
    );
  }

  #start(): void {
    const worker = new Worker(BOOT, {
      workerData: this.#options.settings,
      // The flags of this process (a loader, a debugger) are not the worker's.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    const thread: Thread = { worker, jobs: [], ready: false, timer: undefined };
    this.#threads.add(thread);
    worker.on('message', (message: WorkerMessage) => this.#hear(thread, message));
    worker.on('error', (error) => this.#bury(thread, 'the decoder crashed', error));
    worker.on('exit', () => this.#bury(thread, 'the decoder ended'));
  }

  /** Gives waiting jobs to the threads with the fewest. */
  #hand(): void {
    for (let ahead = 0; ahead < JOBS_AHEAD; ahead++) {
      for (const thread of this.#threads) {
        if (thread.jobs.length > ahead) continue;
        const job = this.#waiting.shift();
        if (job === undefined) return;
        thread.jobs.push(job);
        thread.worker.postMessage({ id: job.id, path: job.path });
        if (thread.jobs.length === 1) this.#watch(thread);
      }
    }
  }

  /** Starts the clock for the thread's first job; a thread that is still starting has none. */
  #watch(thread: Thread): void {
    clearTimeout(thread.timer);
    if (!thread.ready || thread.jobs.length === 0) return;
    const { limitMs } = this.#options;
    thread.timer = setTimeout(() => this.#bury(thread, `not decoded within ${limitMs / 1000} s`), limitMs);
  }

  #hear(thread: Thread, message: WorkerMessage): void {
    if (!this.#threads.has(thread)) return;
    if (message.kind === 'ready') {
      thread.ready = true;
    } else {
      const job = thread.jobs.shift();
      if (job?.id !== message.id) throw new Error('a reading thread answered out of turn');
      if (message.kind === 'read') job.resolve(message.result);
      else job.reject(Object.assign(message.error, message.code === undefined ? {} : { code: message.code }));
      if (message.kind === 'read' && message.retire) this.#replace(thread);
    }
    this.#watch(thread);
    this.#hand();
  }

  /** Gives the thread's first job up, and lets another thread go on. */
  #bury(thread: Thread, detail: string, cause?: unknown): void {
    if (!this.#threads.has(thread)) return;
    if (!thread.ready) {
      for (const job of [...thread.jobs.splice(0), ...this.#waiting.splice(0)]) {
        job.reject(new Error('a reading thread could not start', { cause }));
      }
      this.#threads.delete(thread);
      return;
    }
    // The file's hash is not known: it is a file like no other.
    thread.jobs.shift()?.resolve({ fileSha256: '', image: { reason: 'unreadable', detail, film: null } });
    this.#replace(thread);
    this.#hand();
  }

  #replace(thread: Thread): void {
    clearTimeout(thread.timer);
    this.#threads.delete(thread);
    this.#waiting = [...thread.jobs.splice(0), ...this.#waiting];
    void thread.worker.terminate();
    this.#start();
  }
}
