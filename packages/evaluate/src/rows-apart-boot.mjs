// A thread that makes some tables of a large study starts here: on Node 20 it cannot start from a .ts file.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { claimedRows } = await import('./dataset-rows.ts');
const { task, works, claims } = workerData;
parentPort?.postMessage(await claimedRows(task, works, claims));
