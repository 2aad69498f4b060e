import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { EngineError } from '../../system/engine-error.ts';

/** Lists the files of a finished folder with their sizes; written before the folder gets its name. */
const MANIFEST = 'files.json';

/**
 * The folder, filled by `fill` when it is not there or not whole; says whether it was. Processes that ask at once fill
 * it once: the others wait. Whatever happens, the folder has its name only when `fill` has come to its end and all of
 * it is on disk.
 *
 * @param fill gets an empty draft beside the folder
 * @throws EngineError when the cache cannot be written
 */
export async function ensureFolder(
  folder: string,
  log: (line: string) => void,
  fill: (draft: string) => Promise<void>,
): Promise<boolean> {
  if (await isWhole(folder)) return false;
  try {
    await mkdir(dirname(folder), { recursive: true });
    return await alone(folder, log, async () => {
      if (await isWhole(folder)) return false;
      await clearDebris(folder);
      await publish(folder, fill);
      return true;
    });
  } catch (error) {
    throw mendable(error, folder);
  }
}

/** @throws EngineError when the folder's disk has fewer bytes free. */
export async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  const value = `${(free / 1e9).toFixed(1)} GB free in ${folder}, ${(bytes / 1e9).toFixed(1)} GB needed`;
  throw new EngineError('no space for the native engine', value, 'free some, or set VIEWGAP_CACHE');
}

async function publish(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
  const draft = await mkdtemp(`${folder}.build-${process.pid}-`);
  try {
    await fill(draft);
    await writeManifest(draft);
    if (await isWhole(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Runs work under a lock beside `folder`; waits for as long as another living process holds it. */
async function alone<T>(folder: string, log: (line: string) => void, work: () => Promise<T>): Promise<T> {
  // A lost lock (a suspended laptop) may make two processes build: both are right, and one of them is published.
  const options = { realpath: false, stale: 10_000, onCompromised: () => {} };
  const release = await lock(folder, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    log('engine: another process is preparing the native engine: waiting for it');
    return lock(folder, { ...options, retries: { forever: true, factor: 1, minTimeout: 500 } });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Record<string, number>;
    const files = await Promise.all(
      Object.entries(sizes).map(async ([name, size]) => (await stat(join(folder, name))).size === size),
    );
    return files.every(Boolean);
  } catch {
    return false;
  }
}

async function writeManifest(folder: string): Promise<void> {
  const sizes: Record<string, number> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const file = await open(path);
    sizes[path.slice(folder.length + 1)] = (await file.stat()).size;
    await file.sync();
    await file.close();
  }
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(sizes, null, 2)}\n`, { flush: true });
}

/** Removes the drafts of builders that no longer live. */
async function clearDebris(folder: string): Promise<void> {
  const draft = new RegExp(`^${basename(folder)}\\.build-(\\d+)-`);
  for (const name of await readdir(dirname(folder))) {
    const pid = draft.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function mendable(error: unknown, folder: string): unknown {
  const { code, path = folder } = error as NodeJS.ErrnoException;
  if (error instanceof EngineError || code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const cure = 'free some, or set VIEWGAP_CACHE';
    return new EngineError('no space left on the disk', folder, cure, { cause: error });
  }
  const cure = `${code}: set VIEWGAP_CACHE`;
  return new EngineError('the engine cannot be written to its cache', path, cure, { cause: error });
}
