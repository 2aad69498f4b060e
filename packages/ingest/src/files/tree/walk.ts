import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isVisible } from '../../tables/file-name.ts';
import { isSystemFolder, otherFile, unreadImage } from '../../tables/other-file.ts';
import type { Adapter } from '../../tables/rows/adapter.ts';
import { SourceError } from '../../tables/rows/source-error.ts';
import { refusal, refusalOf } from './file-stamp.mjs';
import type { ClosedFolder } from './listed-file.ts';

/** What lies below a root, by paths relative to it as the disk has them (forward slashes). */
export interface Tree {
  /** the files that the adapter reads */
  readonly files: string[];
  /** folders that cannot be listed */
  readonly closed: ClosedFolder[];
  /** files that are neither tables nor images, by kind: `pdf`, `.DS_Store`; none is quoted */
  readonly others: Map<string, number>;
  /** visible folders that the adapter does not enter */
  readonly leftOut: string[];
  /** links to folders that were not followed: the folder is listed already, or holds the root itself */
  readonly links: string[];
}

type Reads = Pick<Adapter, 'enters' | 'isTable' | 'isImage'>;

/**
 * Lists what an adapter reads below a root. Each folder is listed once, whatever links lead to it, under its own name
 * where it has one below the root, else under the first link's; so a link to a parent ends nothing in a circle.
 */
export async function walkTree(adapter: Reads, root: string): Promise<Tree> {
  const walk = new Walk(adapter, root, await realpath(root));
  await walk.folder('', walk.top);
  await walk.followLinks();
  return walk.tree;
}

class Walk {
  readonly tree: Tree = { files: [], closed: [], others: new Map(), leftOut: [], links: [] };
  /** folders that are listed, by their real paths */
  readonly #listed = new Set<string>();
  /** links to folders: followed when all else is listed, for what they lead to may have a name of its own */
  #links: string[] = [];

  constructor(
    readonly adapter: Reads,
    readonly root: string,
    /** the root's real path */
    readonly top: string,
  ) {}

  /** @param real the folder's real path */
  async folder(folder: string, real: string): Promise<void> {
    if (this.#listed.has(real)) return;
    this.#listed.add(real);
    const entries = await this.#entries(folder);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const isLink = entry.isSymbolicLink();
      const kind = isLink ? await linkedKind(join(this.root, path)) : entry;
      if (kind?.isFile()) this.#file(path);
      else if (kind === null) this.#count('broken link');
      else if (!kind.isDirectory()) continue;
      else if (!this.#enters(path)) await this.#leaveOut(path, isLink);
      else if (isLink) this.#links.push(path);
      else await this.folder(path, join(real, entry.name));
    }
  }

  async followLinks(): Promise<void> {
    while (this.#links.length > 0) {
      const links = this.#links.sort();
      this.#links = [];
      for (const link of links) {
        const real = await realpath(join(this.root, link));
        const holdsRoot = `${this.top}${sep}`.startsWith(real.endsWith(sep) ? real : `${real}${sep}`);
        if (holdsRoot || this.#listed.has(real)) this.tree.links.push(link);
        else await this.folder(link, real);
      }
    }
  }

  async #entries(folder: string): Promise<Dirent[]> {
    try {
      return await readdir(join(this.root, folder), { withFileTypes: true });
    } catch (error) {
      const denied = refusalOf(error, folder);
      if (folder === '' && denied !== null)
        throw new SourceError('no permission to list a folder', this.root, 'give this user access');
      // A folder that was deleted since its parent was listed has no files.
      if (denied !== null) this.tree.closed.push({ path: folder, denied });
      return [];
    }
  }

  #file(path: string): void {
    const name = composed(path);
    if (this.adapter.isTable(name) || this.adapter.isImage(name)) this.tree.files.push(path);
    else this.#count(otherFile(name) ?? unreadImage(name) ?? 'others');
  }

  #count(kind: string): void {
    this.tree.others.set(kind, (this.tree.others.get(kind) ?? 0) + 1);
  }

  #enters(path: string): boolean {
    return !isSystemFolder(path) && this.adapter.enters(composed(path));
  }

  async #leaveOut(path: string, isLink: boolean): Promise<void> {
    if (/(^|\/)__MACOSX$/.test(path) && !isLink) await this.#countAll(path);
    else if (!isSystemFolder(path) && isVisible(path)) this.tree.leftOut.push(path);
  }

  /** An archive that was made on macOS leaves a file beside each of its own. */
  async #countAll(folder: string): Promise<void> {
    const entries = await readdir(join(this.root, folder), { withFileTypes: true }).catch(refusal);
    for (const entry of entries === false ? [] : entries) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) await this.#countAll(path);
      else if (entry.isFile()) this.#count(otherFile(path) ?? 'others');
    }
  }
}

/** The form (NFC) in which adapters know names: macOS writes them decomposed, tables and pipeline.json composed. */
export function composed(path: string): string {
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
