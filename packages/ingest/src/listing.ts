import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Progress, UserError } from '@viewgap/contracts';
import type { Adapter } from './adapter.ts';
import { mapParallel } from './parallel.ts';

/** A file of a source: its path relative to the root (forward slashes), and what tells that it changed. */
export interface ListedFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** last change, milliseconds since 1970 */
  readonly mtimeMs: number;
}

export interface Listing {
  readonly tables: readonly ListedFile[];
  readonly images: readonly ListedFile[];
}

const STATS_AT_ONCE = 32;

/**
 * The tables and images that an adapter reads below a root, sorted by path.
 * @throws UserError where there is no table or no image
 */
export async function listSource(adapter: Adapter, root: string, progress: Progress): Promise<Listing> {
  const paths = (await walk(adapter, root, '')).sort();
  const task = progress.start('list the files of the source', paths.length, 'files');
  let done = 0;
  const files = await mapParallel(paths, STATS_AT_ONCE, async (path) => {
    const facts = await stat(join(root, path));
    task.update(++done);
    return { path, size: facts.size, mtimeMs: facts.mtimeMs };
  });
  const tables = files.filter(({ path }) => adapter.isTable(path));
  const images = files.filter(({ path }) => adapter.isImage(path));
  task.finish();
  const missing = tables.length === 0 ? 'no label table' : images.length === 0 ? 'no images' : null;
  if (missing !== null) throw new UserError(missing, root, `needed here: ${adapter.expects}`);
  return { tables, images };
}

async function walk(adapter: Adapter, root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? await linkedKind(join(root, path)) : entry;
    if (kind?.isDirectory() && adapter.enters(path)) found.push(...(await walk(adapter, root, path)));
    else if (kind?.isFile() && (adapter.isTable(path) || adapter.isImage(path))) found.push(path);
  }
  return found;
}

/** What a symbolic link leads to; null where it leads nowhere or in a circle, which leaves its row without an image. */
async function linkedKind(path: string): Promise<{ isDirectory(): boolean; isFile(): boolean } | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
