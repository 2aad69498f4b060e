import { hash } from 'node:crypto';
import { close, fstat, open, read, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a source: its path relative to the root as the disk has it (forward slashes), and what tells that it changed. */
export interface ListedFile {
  readonly path: string;
  /** bytes */
  readonly size: number;
  /** last change, milliseconds since 1970 */
  readonly mtimeMs: number;
  /** 96 bits of the SHA-256 of the first and the last block; absent where the file cannot be read */
  readonly ends?: string;
  /** present where this user has no permission to read it */
  readonly denied?: true;
}

const BLOCK_BYTES = 4096;
const END_LETTERS = 16;

/** Only opening a file tells whether it may be read: `access` asks about the real user, and of a network disk it may err. */
export async function listedFile(root: string, path: string): Promise<ListedFile> {
  const full = join(root, path);
  try {
    return { path, ...(await opened(full)) };
  } catch (error) {
    refusal(error);
    const facts = await stat(full).catch(refusal);
    const { size, mtimeMs } = facts === false ? { size: 0, mtimeMs: 0 } : facts;
    return { path, size, mtimeMs, denied: true };
  }
}

/** @returns false where the system refuses access. @throws any other error */
export function refusal(error: unknown): false {
  if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
  throw error;
}

/** By callbacks: promises cost twice the processor time, of hundreds of thousands of files a minute. */
function opened(path: string): Promise<Pick<ListedFile, 'size' | 'mtimeMs' | 'ends'>> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (refused, file) => {
      if (refused) return reject(refused);
      const end = (error: Error | null, facts?: Stats, ends?: string) =>
        close(file, () => {
          if (error || !facts || ends === undefined) reject(error);
          else resolve({ size: facts.size, mtimeMs: facts.mtimeMs, ends });
        });
      fstat(file, (error, facts) => {
        if (error) return end(error);
        const head = Buffer.allocUnsafe(Math.min(facts.size, 2 * BLOCK_BYTES));
        const first = facts.size > head.length ? BLOCK_BYTES : head.length;
        read(file, head, 0, first, 0, (error, count) => {
          if (error) return end(error);
          if (first === head.length) return end(null, facts, endsOf(head.subarray(0, count)));
          read(file, head, first, head.length - first, facts.size - BLOCK_BYTES, (error, more) =>
            end(error, facts, endsOf(head.subarray(0, count + more))),
          );
        });
      });
    });
  });
}

function endsOf(blocks: Uint8Array): string {
  return hash('sha256', blocks, 'base64url').slice(0, END_LETTERS);
}
