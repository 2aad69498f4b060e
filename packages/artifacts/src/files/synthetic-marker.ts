import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of this name in a source's root says that its data are synthetic. */
export const SYNTHETIC_MARKER = '.synthetic.json';

/** Whether a source bears the marker of synthetic data, whatever its configuration says. */
export async function isSynthetic(root: string): Promise<boolean> {
  try {
    return (await stat(join(root, SYNTHETIC_MARKER))).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
