import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@viewgap/contracts';
import type { Adapter } from '../tables/rows/adapter.ts';
import { SourceError } from '../tables/rows/source-error.ts';
import { mapParallel } from './parallel.ts';

/** A file of a source: its path relative to the root as the disk has it (forward slashes), and what tells that it changed. */
export interface ListedFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** last change, milliseconds since 1970 */
  readonly mtimeMs: number;
  /** present where this user has no permission to read it */
  readonly denied?: true;
}

export interface Listing {
  readonly tables: readonly ListedFile[];
  readonly images: readonly ListedFile[];
  /** folders that this user has no permission to list, relative to the root */
  readonly closed: readonly string[];
}

const FILES_AT_ONCE = 32;

/**
 * The tables and images that an adapter reads below a root, sorted by path.
 * @throws SourceError where there is no table or no image, or the root itself cannot be listed
 */
export async function listSource(adapter: Adapter, root: string, progress: Progress): Promise<Listing> {
  const tree: Tree = { files: [], closed: [] };
  await walk(adapter, root, '', tree);
  const paths = tree.files.sort();
  const task = progress.start('list the files of the source', paths.length, 'file');
  let done = 0;
  const files = await mapParallel(paths, FILES_AT_ONCE, async (path) => {
    const file = await listedFile(root, path);
    task.update(++done);
    return file;
  });
  const tables = files.filter(({ path }) => adapter.isTable(composed(path)));
  const images = files.filter(({ path }) => adapter.isImage(composed(path)));
  task.finish();
  const missing = tables.length === 0 ? 'no label table' : images.length === 0 ? 'no images' : null;
  if (missing !== null) throw new SourceError(missing, root, `needed here: ${adapter.expects}`);
  const locked = tables.find(({ denied }) => denied);
  if (locked) throw new SourceError('no permission to read a table', locked.path, 'give this user access');
  return { tables, images, closed: tree.closed.sort() };
}

/** Only opening a file tells whether it may be read: `access` asks about the real user, and of a network disk it may err. */
async function listedFile(root: string, path: string): Promise<ListedFile> {
  const full = join(root, path);
  const handle = await open(full).catch(refusal);
  if (handle === false) {
    const facts = await stat(full).catch(refusal);
    const { size, mtimeMs } = facts === false ? { size: 0, mtimeMs: 0 } : facts;
    return { path, size, mtimeMs, denied: true };
  }
  try {
    const { size, mtimeMs } = await handle.stat();
    return { path, size, mtimeMs };
  } finally {
    await handle.close();
  }
}

/** @returns false where the system refuses access. @throws any other error */
function refusal(error: unknown): false {
  if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
  throw error;
}

interface Tree {
  /** paths of the files that the adapter reads */
  readonly files: string[];
  readonly closed: string[];
}

async function walk(adapter: Adapter, root: string, folder: string, tree: Tree): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(refusal);
  if (entries === false) {
    if (folder === '') throw new SourceError('no permission to list a folder', root, 'give this user access');
    tree.closed.push(folder);
    return;
  }
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? await linkedKind(join(root, path)) : entry;
    const name = composed(path);
    if (kind?.isDirectory() && adapter.enters(name)) await walk(adapter, root, path, tree);
    else if (kind?.isFile() && (adapter.isTable(name) || adapter.isImage(name))) tree.files.push(path);
  }
}

/** The form (NFC) in which adapters know names: macOS writes them decomposed, tables and pipeline.json composed. */
function composed(path: string): string {
  return path.normalize('NFC');
}

interface Kind {
  isDirectory(): boolean;
  isFile(): boolean;
}

/** A link whose end this user may not see is taken for a file, which is then one that cannot be read. */
const UNSEEN: Kind = { isDirectory: () => false, isFile: () => true };

/** What a symbolic link leads to; null where it leads nowhere or in a circle, which leaves its row without an image. */
async function linkedKind(path: string): Promise<Kind | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    refusal(error);
    return UNSEEN;
  }
}
