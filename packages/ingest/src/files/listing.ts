import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@viewgap/contracts';
import type { Adapter } from '../tables/rows/adapter.ts';
import { SourceError } from '../tables/rows/source-error.ts';
import { type ListedFile, listedFile, refusal } from './listed-file.ts';
import { mapParallel } from './parallel.ts';

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
