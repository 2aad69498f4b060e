import type { MessagePort } from 'node:worker_threads';
import { type Allocate, allocator, buffersOf } from './buffers.ts';
import { describeError, type Thrown } from './thrown.ts';

/** Makes one batch of one job. Typed arrays in the batch move to the consumer: the worker cannot use them again. */
export type Load<Job, Batch> = (job: Job, allocate: Allocate) => Batch | Promise<Batch>;

/** What the module of a worker exports; `open` runs once in each worker. */
export interface LoaderModule<Setup, Job, Batch> {
  readonly open: (setup: Setup) => Load<Job, Batch> | Promise<Load<Job, Batch>>;
}

export interface WorkerData {
  /** address of the module */
  readonly module: string;
  readonly setup: unknown;
}

export interface Request {
  readonly id: number;
  readonly job: unknown;
  /** memory of batches that were consumed */
  readonly spares: readonly ArrayBuffer[];
}

export type Reply =
  | { readonly id: number; readonly batch: unknown }
  | { readonly id: number; readonly thrown: Thrown };

/** The life of a worker: opens the module, then answers one request after the other, in their order. */
export function serve(port: MessagePort, { module, setup }: WorkerData): void {
  const opening = open(module, setup);
  // Thrown to the caller that asks for the first batch.
  opening.catch(() => {});
  let last: Promise<void> = Promise.resolve();
  port.on('message', (request: Request) => {
    last = last.then(() => answer(port, opening, request));
  });
}

async function open(module: string, setup: unknown): Promise<Load<unknown, unknown>> {
  const loaded = (await import(module)) as LoaderModule<unknown, unknown, unknown>;
  return loaded.open(setup);
}

async function answer(
  port: MessagePort,
  opening: Promise<Load<unknown, unknown>>,
  { id, job, spares }: Request,
): Promise<void> {
  try {
    const load = await opening;
    const batch = await load(job, allocator(spares));
    port.postMessage({ id, batch } satisfies Reply, buffersOf(batch));
  } catch (error) {
    port.postMessage({ id, thrown: describeError(error) } satisfies Reply);
  }
}
