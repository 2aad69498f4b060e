import sharp from 'sharp';

/**
 * Raised by hand whenever a file may be read to other pixels, other facts or another rejection than before: all images
 * of all sources are then read again. The test beside this file fails when that is forgotten.
 */
export const READER_VERSION = 6;

/** What decides how images are read beside their settings. Readings that were made under another name are made again. */
export function readerVersion(): string {
  const { sharp: ours, vips } = sharp.versions;
  return `reader ${READER_VERSION} sharp ${ours} vips ${vips}`;
}
