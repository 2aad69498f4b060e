import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SYNTHETIC_MARKER } from '@viewgap/artifacts';
import { type PhantomConfig, type Progress, type SourceFacts, UserError } from '@viewgap/contracts';
import type { PhantomFile } from './files/layout.ts';
import { phantomVersion } from './phantom-version.ts';

export interface PhantomRequest {
  /** how the source is to be read: its layout, and for private ones the table and its mapping */
  readonly source: SourceFacts;
  readonly phantom: PhantomConfig;
  /** folder of the data set; it must not hold anything else */
  readonly out: string;
  readonly progress: Progress;
}

/**
 * Writes a synthetic data set in a source's own layout, with a file that says that it is synthetic. The same request
 * gives the same bytes; where they are there already nothing is done. A killed run leaves nothing at `out`.
 * @returns how many files were written, 0 where they were there
 * @throws UserError where the folder holds something else, or the layout cannot be written
 */
export async function writePhantom({ source, phantom, out, progress }: PhantomRequest): Promise<number> {
  const version = phantomVersion({ ...whatIsWritten(source), phantom });
  const found = await versionAt(out);
  if (found === version) return 0;
  // DICOM's dictionary takes longer to load than it takes to see that nothing is to be done.
  const { phantomFiles } = await import('./layouts.ts');
  const drawn = phantomFiles(source, phantom);
  const partial = `${out}.partial`;
  await rm(partial, { recursive: true, force: true });
  const task = progress.start(`phantoms ${source.adapter}`, phantom.images, 'film');
  let files = 0;
  for await (const file of drawn) {
    await writeBelow(partial, file);
    task.update(Math.min(++files, phantom.images));
  }
  const marker = { synthetic: true, layout: source.adapter, version, ...phantom };
  await writeFile(join(partial, SYNTHETIC_MARKER), `${JSON.stringify(marker, null, 2)}\n`);
  if (found !== null) await rm(out, { recursive: true });
  await rename(partial, out);
  task.finish();
  return files;
}

/** What of a source's settings decides its files: what it is used for does not. */
function whatIsWritten(source: SourceFacts) {
  const { adapter, idMap = null } = source;
  const table = 'mapping' in source ? { table: source.table, mapping: source.mapping } : null;
  return { adapter, idMap, table, joinBy: 'joinBy' in source ? source.joinBy : null };
}

/** The version of the phantoms in a folder, null where there is nothing. @throws UserError where there are other data */
async function versionAt(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0) return null;
  if (!names.includes(SYNTHETIC_MARKER)) {
    throw new UserError('a folder that holds other data', folder, 'name one that is empty or new');
  }
  const marker: { version?: string } = JSON.parse(await readFile(join(folder, SYNTHETIC_MARKER), 'utf8'));
  return marker.version ?? '';
}

async function writeBelow(folder: string, { path, bytes }: PhantomFile): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
