import { relative } from 'node:path';
import { counted, type Progress } from '@viewgap/contracts';
import type { Adapter } from '../tables/rows/adapter.ts';
import { SourceError } from '../tables/rows/source-error.ts';
import { type ClosedFolder, type ListedFile, listedFiles } from './tree/listed-file.ts';
import { releaseFolder } from './tree/release-folder.ts';
import { composed, type Tree, walkTree } from './tree/walk.ts';

export interface Listing {
  /** the folder that paths are relative to: the source's root, or the one below it that the data set was unpacked to */
  readonly root: string;
  readonly tables: readonly ListedFile[];
  readonly images: readonly ListedFile[];
  /** folders that cannot be listed, relative to the root */
  readonly closed: readonly ClosedFolder[];
  /** files that are neither tables nor images, by kind: `pdf`, `.DS_Store`; none is quoted */
  readonly others: Tree['others'];
  /** what a person should know of the folder, as lines; names of folders are quoted, which a private source never leaves out */
  readonly notes: readonly string[];
}

/**
 * The tables and images that an adapter reads below a root, sorted by path.
 * @throws SourceError where there is no table or no image, or the root itself cannot be listed
 */
export async function listSource(adapter: Adapter, top: string, progress: Progress): Promise<Listing> {
  const root = (await releaseFolder(adapter, top)) ?? top;
  const tree = await walkTree(adapter, root);
  const paths = tree.files.sort();
  const task = progress.start('list the files of the source', paths.length, 'file');
  const files = await listedFiles(root, paths, (done) => task.update(done));
  const tables = files.filter(({ path }) => adapter.isTable(composed(path)));
  const images = files.filter(({ path }) => adapter.isImage(composed(path)));
  task.finish();
  const missing = tables.length === 0 ? 'no label table' : images.length === 0 ? 'no images' : null;
  if (missing !== null) throw new SourceError(missing, root, cureOf(adapter, tree));
  const locked = tables.find(({ denied }) => denied);
  if (locked) throw new SourceError('no permission to read a table', locked.path, 'give this user access');
  const notes = [...(root === top ? [] : [`read from ${relative(top, root)}`]), ...notesOf(tree)];
  return {
    root,
    tables,
    images,
    closed: tree.closed.sort((a, b) => (a.path < b.path ? -1 : 1)),
    others: tree.others,
    notes,
  };
}

function cureOf({ expects }: Adapter, { others }: Tree): string {
  const packed = others.has('zip') ? 'unpack the zip files; ' : '';
  const films = others.has('DICOM') ? 'the layout "dicom-folder" reads DICOM; ' : '';
  return `${packed}${films}needed here: ${expects}${others.size === 0 ? '' : `; there are ${kindsOf(others)}`}`;
}

/** Folders that a note names. */
const NAMED = 3;

function notesOf({ others, leftOut, links }: Tree): string[] {
  const count = [...others.values()].reduce((sum, one) => sum + one, 0);
  const named = leftOut.sort().slice(0, NAMED).join(', ');
  return [
    ...(count === 0
      ? []
      : [`${counted(count, 'file')} ${count === 1 ? 'is no image' : 'are no images'}: ${kindsOf(others)}`]),
    ...(leftOut.length === 0
      ? []
      : [
          `${counted(leftOut.length, 'folder')} not of this layout: ${named}${leftOut.length > NAMED ? ', …' : ''}`,
        ]),
    ...(links.length === 0
      ? []
      : [`${counted(links.length, 'link')} to folders that are listed already: not followed`]),
  ];
}

/** Kinds of files with their counts, the most frequent first. */
function kindsOf(others: Tree['others']): string {
  const list = [...others].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return list.map(([kind, count]) => `${kind} (${count})`).join(', ');
}
