import { canonicalJson, sha256 } from '@viewgap/artifacts';
import sharp from 'sharp';

/**
 * Raised by hand whenever a request may give other files than before: data that were written for it are then written
 * again. The test beside this file fails when that is forgotten.
 */
export const PHANTOM_VERSION = 1;

/** Names a request and the code that answers it: data that were written under another name are written again. */
export function phantomVersion(request: unknown): string {
  return sha256(canonicalJson({ request, phantom: PHANTOM_VERSION, sharp: sharp.versions.sharp }));
}
