import { fileURLToPath } from 'node:url';
import { sha256File } from '@viewgap/contracts';
import sharp from 'sharp';

/** What decides an image's pixels, how they are encoded, and why a file is rejected. */
export const READER_SOURCE: readonly URL[] = [new URL('./radiograph.ts', import.meta.url)];

/** Names the code that reads images: readings that were made under another name are made again. */
export async function readerVersion(source: readonly URL[] = READER_SOURCE): Promise<string> {
  const hashes = await Promise.all(source.map((file) => sha256File(fileURLToPath(file))));
  return [...hashes, 'sharp', sharp.versions.sharp, 'vips', sharp.versions.vips].join(' ');
}
