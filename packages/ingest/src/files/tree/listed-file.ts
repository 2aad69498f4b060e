import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Denied, type FileStamp, fileStamp } from './file-stamp.mjs';

/** A file of a source: its path relative to the root as the disk has it (forward slashes), and what tells that it changed. */
export interface ListedFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** last change, milliseconds since 1970 */
  readonly mtimeMs: number;
  /** 96 bits of the SHA-256 of the first and the last block; absent where the file cannot be read */
  readonly ends?: string;
  /** why it cannot be opened; absent where it can */
  readonly denied?: Denied;
}

export type { Denied };

/** In words that quote no name. */
export const DENIALS: Readonly<Record<Denied, string>> = {
  permission: 'no permission to read it',
  name: 'a name that is not UTF-8: rename it, as convmv does',
};

/** A folder that cannot be listed. */
export interface ClosedFolder {
  readonly path: string;
  readonly denied: Denied;
}

const WORKER = new URL('./stamp-worker.mjs', import.meta.url);
/** Threads wait for the disk most of the time, above all where it is on a network. */
const THREADS = 8;
/** Fewer files than this are not worth the threads' start. */
const MANY_FILES = 512;
const FILES_A_JOB = 64;
/** JavaScript's memory of a thread. */
const HEAP_MIB = 32;

/**
 * Looks at files, in threads where they are many: there each takes about half of the 130 microseconds of processor time
 * that it took by promises or callbacks.
 * @param listed is told how many there are
 * @returns those that were not deleted since their folder was listed
 */
export async function listedFiles(
  root: string,
  paths: readonly string[],
  listed: (count: number) => void,
  threads: number = paths.length < MANY_FILES ? 0 : THREADS,
): Promise<ListedFile[]> {
  const files: (ListedFile | null)[] = new Array(paths.length);
  let [next, done] = [0, 0];
  const look = async (
    stamps: (paths: readonly string[]) => Promise<readonly (FileStamp | null)[]>,
  ): Promise<void> => {
    while (next < paths.length) {
      const first = next;
      next = Math.min(first + FILES_A_JOB, paths.length);
      const some = paths.slice(first, next);
      const facts = await stamps(some.map((path) => join(root, path)));
      some.forEach((path, i) => {
        files[first + i] = fileOf(path, facts[i] ?? null);
      });
      done += some.length;
      listed(done);
    }
  };
  if (threads === 0) {
    await look(async (some) => {
      await setImmediate();
      return some.map(fileStamp);
    });
    return present(files);
  }
  const workers = Array.from(
    { length: threads },
    () => new Worker(WORKER, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB } }),
  );
  try {
    await Promise.all(workers.map((worker) => look((some) => answer(worker, some))));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return present(files);
}

const present = (files: readonly (ListedFile | null)[]) => files.filter((file) => file !== null);

/** All files have their properties in one order. */
function fileOf(path: string, stamp: FileStamp | null): ListedFile | null {
  if (stamp === null) return null;
  const { size, mtimeMs, ends, denied } = stamp;
  if (denied) return { path, size, mtimeMs, denied };
  return ends === undefined ? { path, size, mtimeMs } : { path, size, mtimeMs, ends };
}

type Answer =
  | { readonly stamps: readonly (FileStamp | null)[] }
  | { readonly failure: { readonly message: string; readonly code?: string; readonly path?: string } };

function answer(worker: Worker, paths: readonly string[]): Promise<readonly (FileStamp | null)[]> {
  return new Promise((resolve, reject) => {
    const heard = (message: Answer) => {
      worker.off('error', reject);
      if ('stamps' in message) return resolve(message.stamps);
      const { message: text, ...system } = message.failure;
      reject(Object.assign(new Error(text), system));
    };
    worker.once('message', heard);
    worker.once('error', reject);
    worker.postMessage(paths);
  });
}
