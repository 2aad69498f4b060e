import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@viewgap/contracts';
import { writeFileAtomic } from './atomic-file.ts';
import { type Sha256, sha256 } from './hash.ts';

/**
 * Content-addressed store of shards: `<root>/ab/cdef….arrow`, named by the SHA-256 of the bytes.
 * Shared by all pipelines and never part of Nx's cache; a file in it is whole and never changes.
 */
export class Store {
  /** @param root folder of the store: VIEWGAP_STORE, or `.viewgap/store` in the workspace */
  constructor(readonly root: string) {}

  path(hash: Sha256): string {
    return join(this.root, hash.slice(0, 2), `${hash.slice(2)}.arrow`);
  }

  /** Stores bytes, which may be in pieces (a no-op where they are there already), and returns their name. */
  async put(...pieces: readonly Uint8Array[]): Promise<Sha256> {
    const hash = sha256(...pieces);
    if ((await this.size(hash)) !== byteLength(pieces)) await writeFileAtomic(this.path(hash), ...pieces);
    return hash;
  }

  /** Bytes of a stored file, or null where the store lacks it. */
  async size(hash: Sha256): Promise<number | null> {
    try {
      return (await stat(this.path(hash))).size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** @throws UserError when the store lacks the file */
  async get(hash: Sha256): Promise<Buffer> {
    try {
      return await readFile(this.path(hash));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new UserError(
        'a shard is missing from the store',
        this.path(hash),
        'run ingest again with --skip-nx-cache',
        {
          cause: error,
        },
      );
    }
  }
}

/** Bytes of the pieces together. */
export function byteLength(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}
