import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type BootstrapJob, type Replicates, replicate } from './bootstrap.ts';

const BOOT = new URL('./bootstrap-boot.mjs', import.meta.url);

/** Replicates between two reports of progress. */
const BLOCK = 20;

/** More threads than this starve a shared machine. */
const MOST_THREADS = 16;

interface Message extends Replicates {
  readonly start: number;
}

/**
 * All replicates of a job, on every core. Each draws its own random numbers, so that the number of threads changes
 * nothing.
 * @param onReplicates called with how many more are done
 */
export async function bootstrapOnThreads(
  job: BootstrapJob,
  count: number,
  onReplicates: (more: number) => void,
  threads = Math.min(MOST_THREADS, availableParallelism()),
): Promise<Replicates> {
  if (threads === 1) return replicate(job, 0, count);
  const width = job.contrasts.length;
  const all: Replicates = { values: new Float64Array(count * width), t: new Float64Array(count * width) };
  const take = ({ start, values, t }: Message) => {
    all.values.set(values, start * width);
    all.t.set(t, start * width);
    onReplicates(width === 0 ? 0 : values.length / width);
  };
  const bounds = Array.from({ length: threads + 1 }, (_, k) => Math.floor((k * count) / threads));
  await Promise.all(
    bounds.slice(1).map((to, k) => runThread({ job, from: bounds[k] as number, to, block: BLOCK }, take)),
  );
  return all;
}

function runThread(workerData: object, take: (message: Message) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // The flags of this process (a loader, a debugger) are not the worker's.
    const worker = new Worker(BOOT, { workerData, execArgv: [] });
    worker.on('message', take);
    worker.on('error', reject);
    worker.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a bootstrap thread ended with ${code}`)),
    );
  });
}
