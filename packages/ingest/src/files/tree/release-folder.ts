import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isVisible } from '../../tables/file-name.ts';
import { isSystemFolder } from '../../tables/other-file.ts';
import type { Adapter } from '../../tables/rows/adapter.ts';
import { SourceError } from '../../tables/rows/source-error.ts';
import { refusal } from './file-stamp.mjs';
import { composed } from './walk.ts';

/** Folders between a root and a table: `physionet.org/files/vindr-cxr/1.0.0/annotations/` are five. */
const DEPTH = 5;
/** A folder of more folders than this holds films, and is not searched. */
const MOST_FOLDERS = 100;
/** Folders that are searched on one level. */
const MOST_SEARCHED = 1000;

/**
 * The folder below a root to which a published data set was unpacked, where its tables are not in the root itself:
 * `CheXpert-v1.0-small`, `physionet.org/files/mimic-cxr-jpg/2.1.0`. Null where the root holds them, where nothing below
 * it does, and where the tables of a layout have no names of their own.
 * @throws SourceError where several folders hold such tables
 */
export async function releaseFolder(adapter: Adapter, root: string): Promise<string | null> {
  if (!adapter.hasOwnNames) return null;
  let level = [''];
  for (let depth = 0; depth <= DEPTH && level.length <= MOST_SEARCHED; depth++) {
    const next: string[][] = [];
    const bases = new Set<string>();
    for (const folder of level) {
      const { files, folders } = await entriesOf(root, folder);
      for (const name of files) {
        const base = baseOf(adapter, [...split(folder), composed(name)]);
        if (base !== null) bases.add(base);
      }
      if (folders.length <= MOST_FOLDERS) next.push(folders.map((name) => join(folder, name)));
    }
    if (bases.has('')) return null;
    const [base, second] = [...bases].sort();
    if (second !== undefined) {
      throw new SourceError('label tables in several folders', root, 'name one of them as the root', {
        quoting: { value: [...bases].sort().join(', ') },
      });
    }
    if (base !== undefined) return join(root, base);
    level = next.flat();
  }
  return null;
}

/** The uppermost folder, below which this path is that of a table. */
function baseOf({ isTable }: Adapter, parts: readonly string[]): string | null {
  const at = parts.findIndex((_, i) => isTable(parts.slice(i).join('/')));
  return at === -1 ? null : parts.slice(0, at).join('/');
}

function split(folder: string): string[] {
  return folder === '' ? [] : folder.split(/[\\/]/);
}

async function entriesOf(root: string, folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(refusal);
  const list = entries === false ? [] : entries.filter(({ name }) => isVisible(name));
  return {
    files: list.filter((entry) => !entry.isDirectory()).map(({ name }) => name),
    folders: list
      .filter((entry) => entry.isDirectory() && !isSystemFolder(entry.name))
      .map(({ name }) => name),
  };
}
