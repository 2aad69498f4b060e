import { parentPort } from 'node:worker_threads';
import { fileStamp } from './file-stamp.mjs';

parentPort?.on('message', (/** @type {readonly string[]} */ paths) => {
  try {
    parentPort?.postMessage({ stamps: paths.map(fileStamp) });
  } catch (error) {
    const { message, code, path } = /** @type {NodeJS.ErrnoException} */ (error);
    // A clone of an error loses the system's word for it.
    parentPort?.postMessage({ failure: { message, code, path } });
  }
});
