import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { sha256File } from '@viewgap/artifacts';
import sharp from 'sharp';

const require = createRequire(import.meta.url);
const here = (path: string) => new URL(`../${path}`, import.meta.url);
const codeIn = (folder: string) =>
  readdirSync(here(folder))
    .filter((name) => /\.(ts|wasm)$/.test(name) && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => here(`${folder}/${name}`));

/** What decides an image's pixels, how they are encoded, what is known of it, and why a file is rejected. */
export const READER_SOURCE: readonly URL[] = [
  ...['image/radiograph.ts', 'image/raster.ts', 'image/truncation.ts', 'tables/age.ts'].map(here),
  ...['pixels', 'phash', 'dicom', 'dicom/codecs'].flatMap(codeIn),
  ...[
    'dicom-parser',
    'dcmjs-codecs/build/dcmjs-native-codecs.wasm',
    '@cornerstonejs/codec-charls/decodewasm',
    '@cornerstonejs/codec-openjpeg/decodewasm',
  ].map((module) => pathToFileURL(require.resolve(module))),
];

/** Names the code that reads images: readings that were made under another name are made again. */
export async function readerVersion(source: readonly URL[] = READER_SOURCE): Promise<string> {
  const hashes = await Promise.all(source.map((file) => sha256File(fileURLToPath(file))));
  return [...hashes, 'sharp', sharp.versions.sharp, 'vips', sharp.versions.vips].join(' ');
}
