import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Write a file so that it is either absent (or as it was) or whole: a temporary file in the same folder,
 * synced, then renamed. A killed process leaves at most a `.tmp-*` file, which nothing reads.
 */
export async function writeFileAtomic(
  path: string,
  ...pieces: readonly (string | Uint8Array)[]
): Promise<void> {
  await replaceFileAtomic(path, async (file) => {
    for (const piece of pieces) await file.writeFile(piece);
  });
}

/** As writeFileAtomic, for content that is made while it is written. */
export async function replaceFileAtomic(
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.tmp-${process.pid}-${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    // A failed write names no file, and the temporary one says nothing to a person.
    if (error instanceof Error && 'code' in error) Object.assign(error, { path });
    throw error;
  }
  await syncFolder(folder);
}

/** Gives a whole file another name in the same folder, which holds after a power cut too. */
export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Makes a rename in this folder survive a power cut; a no-op where folders cannot be opened (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
