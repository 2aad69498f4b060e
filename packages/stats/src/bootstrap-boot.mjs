// A thread of the bootstrap starts here: on Node 20 it cannot start from a .ts file.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { replicate } = await import('./bootstrap.ts');
const { job, from, to, block } = workerData;
for (let start = from; start < to; start += block) {
  parentPort?.postMessage({ start, ...replicate(job, start, Math.min(to, start + block)) });
}
