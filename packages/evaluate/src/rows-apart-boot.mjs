// A thread that makes some tables of a large study starts here: on Node 20 it cannot start from a .ts file.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { rowsOfNamed } = await import('./dataset-rows.ts');
parentPort?.postMessage(await rowsOfNamed(workerData.task, workerData.tables));
