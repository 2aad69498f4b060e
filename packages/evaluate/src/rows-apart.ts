import { Worker } from 'node:worker_threads';
import type { StudyTask } from './contrasts/table.ts';

const BOOT = new URL('./rows-apart-boot.mjs', import.meta.url);

type RowsByTable = Readonly<Record<string, readonly object[]>>;

/** Rows of tables that a thread makes, and what ends the thread. */
export interface RowsApart {
  readonly rows: Promise<RowsByTable>;
  readonly stop: () => Promise<unknown>;
}

/** Starts a thread that claims works, names of tables, and makes their rows from a copy of the study. */
export function rowsApart(
  { progress: _, ...task }: StudyTask,
  works: readonly (readonly string[])[],
  claims: SharedArrayBuffer,
): RowsApart {
  // The flags of this process (a loader, a debugger) are not the thread's.
  const worker = new Worker(BOOT, { workerData: { task, works, claims }, execArgv: [] });
  const rows = new Promise<RowsByTable>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`a thread that makes tables ended with ${code}`)));
  });
  // Where this thread fails first, nobody waits for the other.
  rows.catch(() => {});
  return { rows, stop: () => worker.terminate() };
}
