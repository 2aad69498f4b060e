import { join } from 'node:path';
import { isPublished, type SourceFacts } from '@viewgap/contracts';
import { otherForm } from '../tables/id-form.ts';
import type { Adapter, ParsedTable } from '../tables/rows/adapter.ts';
import type { Listing } from './listing.ts';
import { type IdKind, openPseudonyms, type Pseudonyms } from './pseudonym.ts';
import type { Environment } from './root.ts';
import type { ClosedFolder, ListedFile } from './tree/listed-file.ts';

/** The pseudonyms of a source whose ids are not published; null where it has none. */
export async function pseudonymsOf(
  name: string,
  config: SourceFacts,
  env: Environment,
): Promise<Pseudonyms | null> {
  if (isPublished(config)) return null;
  return openPseudonyms(('namespace' in config ? config.namespace : undefined) ?? name, env);
}

/** Files under the names by which all that is written down calls them, and where they really lie. */
export interface NamedFiles {
  readonly images: readonly ListedFile[];
  /** folders that cannot be listed */
  readonly closed: readonly ClosedFolder[];
  readonly locate: (file: ListedFile) => string;
  /** the name by which the label table calls an image; of a private source a pseudonym, as `concealedRows` has it */
  readonly imageId: (path: string) => string;
  /** the path that a name stands for, relative to the root; null where it is no file's name */
  readonly pathOf: (name: string) => string | null;
}

/** Images of a private source are called by pseudonyms of their paths, for a path may hold a patient's name. */
export function namedFiles(
  { root, images, closed }: Listing,
  adapter: Pick<Adapter, 'imageId'>,
  pseudonyms: Pseudonyms | null,
): NamedFiles {
  if (pseudonyms === null) {
    return {
      images,
      closed,
      locate: ({ path }) => join(root, path),
      imageId: (path) => adapter.imageId(path.normalize('NFC')),
      pathOf: (name) => name,
    };
  }
  const paths = new Map<string, string>();
  const conceal = (path: string) => {
    const composed = pseudonyms.of('path', path.normalize('NFC'));
    // Some disks hold both forms of a name.
    const name = (paths.get(composed) ?? path) === path ? composed : pseudonyms.of('path', path);
    paths.set(name, path);
    return name;
  };
  const original = (path: string) => paths.get(path) ?? '';
  return {
    images: images.map((file) => ({ ...file, path: conceal(file.path) })),
    closed: closed.map((folder) => ({ ...folder, path: conceal(folder.path) })),
    locate: ({ path }) => join(root, original(path)),
    imageId: (path) => pseudonyms.of('image', adapter.imageId(original(path).normalize('NFC'))),
    pathOf: (name) => paths.get(name) ?? null,
  };
}

/** The table of a private source that names its images by their files: patients, studies and images under other names. */
export function concealedRows(table: ParsedTable, pseudonyms: Pseudonyms): ParsedTable {
  const renamed = (kind: IdKind, id: string | null) => (id === null ? null : pseudonyms.of(kind, id));
  const rows = table.rows.map((row) => ({
    ...row,
    imageId: pseudonyms.of('image', row.imageId),
    patientId: renamed('patient', row.patientId),
    patientForm: renamed('patient', otherForm(row.patientId)),
    studyId: renamed('study', row.studyId),
  }));
  return { ...table, rows };
}
