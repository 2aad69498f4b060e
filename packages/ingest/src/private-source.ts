import { join } from 'node:path';
import type { SourceFacts } from '@viewgap/contracts';
import type { ListedFile, Listing } from './listing.ts';
import { openPseudonyms, type Pseudonyms } from './pseudonym.ts';
import type { Environment } from './root.ts';

/** The pseudonyms of a source whose films name their patients; null where it has none. */
export async function pseudonymsOf(
  name: string,
  config: SourceFacts,
  env: Environment,
): Promise<Pseudonyms | null> {
  if (config.adapter !== 'dicom-folder') return null;
  return openPseudonyms(config.namespace ?? name, env);
}

/** Files under the names by which all that is written down calls them, and where they really lie. */
export interface NamedFiles {
  readonly images: readonly ListedFile[];
  readonly locate: (file: ListedFile) => string;
}

/** Images of a private source are called by pseudonyms of their paths, for a path may hold a patient's name. */
export function namedFiles({ images }: Listing, root: string, pseudonyms: Pseudonyms | null): NamedFiles {
  if (pseudonyms === null) return { images, locate: ({ path }) => join(root, path) };
  const paths = new Map<string, string>();
  const concealed = images.map((file) => {
    const path = pseudonyms.of('path', file.path);
    paths.set(path, file.path);
    return { ...file, path };
  });
  return { images: concealed, locate: ({ path }) => join(root, paths.get(path) ?? '') };
}
