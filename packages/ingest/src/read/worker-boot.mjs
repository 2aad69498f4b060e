// A worker starts here: on Node 20 it cannot start from a .ts file.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serve } = await import('./read-worker.ts');
if (parentPort) serve(parentPort, workerData);
