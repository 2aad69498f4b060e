import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';

/**
 * Unpacks the members of a zip archive that `wanted` names, below `folder`, streaming: a wheel of TensorFlow holds a
 * library of a gigabyte.
 */
export async function unzip(
  archive: string,
  folder: string,
  wanted: (path: string) => boolean,
): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, strictFileNames: true });
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      const path = join(folder, entry.fileName);
      await mkdir(dirname(path), { recursive: true });
      await pipeline(
        await zip.openReadStreamPromise(entry),
        createWriteStream(path, { mode: modeOf(entry) }),
      );
    }
  } finally {
    zip.close();
  }
}

/** A program stays one: the upper half of the attributes is the Unix mode. */
function modeOf({ externalFileAttributes }: Entry): number {
  return (externalFileAttributes >>> 16) & 0o100 ? 0o755 : 0o644;
}
