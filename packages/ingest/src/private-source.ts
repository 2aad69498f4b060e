import { join } from 'node:path';
import type { SourceFacts } from '@viewgap/contracts';
import type { Adapter, ParsedTable } from './adapter.ts';
import type { ListedFile, Listing } from './listing.ts';
import { type IdKind, openPseudonyms, type Pseudonyms } from './pseudonym.ts';
import type { Environment } from './root.ts';

/** The pseudonyms of a source whose ids are not published; null where it has none. */
export async function pseudonymsOf(
  name: string,
  config: SourceFacts,
  env: Environment,
): Promise<Pseudonyms | null> {
  const isPrivate = config.adapter === 'dicom-folder' || (config.adapter === 'png-folder' && !config.public);
  return isPrivate ? openPseudonyms(config.namespace ?? name, env) : null;
}

/** Files under the names by which all that is written down calls them, and where they really lie. */
export interface NamedFiles {
  readonly images: readonly ListedFile[];
  readonly locate: (file: ListedFile) => string;
  /** the name by which the label table calls an image; of a private source a pseudonym, as `concealedRows` has it */
  readonly imageId: (path: string) => string;
}

/** Images of a private source are called by pseudonyms of their paths, for a path may hold a patient's name. */
export function namedFiles(
  { images }: Listing,
  root: string,
  adapter: Pick<Adapter, 'imageId'>,
  pseudonyms: Pseudonyms | null,
): NamedFiles {
  if (pseudonyms === null) {
    return { images, locate: ({ path }) => join(root, path), imageId: adapter.imageId };
  }
  const paths = new Map<string, string>();
  const concealed = images.map((file) => {
    const path = pseudonyms.of('path', file.path);
    paths.set(path, file.path);
    return { ...file, path };
  });
  const original = (path: string) => paths.get(path) ?? '';
  return {
    images: concealed,
    locate: ({ path }) => join(root, original(path)),
    imageId: (path) => pseudonyms.of('image', adapter.imageId(original(path))),
  };
}

/** The table of a private source that names its images by their files: patients, studies and images under other names. */
export function concealedRows(table: ParsedTable, pseudonyms: Pseudonyms): ParsedTable {
  const renamed = (kind: IdKind, id: string | null) => (id === null ? null : pseudonyms.of(kind, id));
  const rows = table.rows.map((row) => ({
    ...row,
    imageId: pseudonyms.of('image', row.imageId),
    patientId: renamed('patient', row.patientId),
    studyId: renamed('study', row.studyId),
  }));
  return { ...table, rows };
}
