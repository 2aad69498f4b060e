import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '@viewgap/artifacts';
import { parseShown, type ShownEntry, UserError } from '@viewgap/contracts';

/** What one trained model was drawn to see, its pictures as data URIs. */
export interface Shown {
  readonly model: string;
  readonly seed: number;
  readonly images: readonly ShownEntry[];
}

/**
 * Reads the pictures of a predict artifact.
 * @throws UserError where they are not what predict promises
 */
export async function readShown(
  { folder }: Artifact,
  of: { readonly model: string; readonly seed: number },
  rebuild: string,
): Promise<Shown> {
  const path = join(folder, 'shown.json');
  try {
    const entries = parseShown(await readFile(path, 'utf8'));
    const uri = async (png: string) =>
      `data:image/png;base64,${(await readFile(join(folder, png))).toString('base64')}`;
    const images = entries.map(async (entry) => ({
      ...entry,
      film: await uri(entry.film),
      cam: await uri(entry.cam),
      reconstruction: entry.reconstruction && (await uri(entry.reconstruction)),
    }));
    return { ...of, images: await Promise.all(images) };
  } catch (cause) {
    throw new UserError('the pictures cannot be read', path, rebuild, { cause });
  }
}
