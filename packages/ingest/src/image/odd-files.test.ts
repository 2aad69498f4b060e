import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { Kernels } from '@viewgap/shards/grey';
import { describe, expect, test } from 'vitest';
import { ingest, recordedProgress, recordsOf, SETTINGS, temporaryFolder } from '../../test/testing.ts';
import { Codecs } from '../dicom/codecs/codecs.ts';
import { decodeDicom } from '../dicom/decode.ts';
import { isDicom } from '../dicom/header/data-set.ts';
import { decodeRaster } from './raster.ts';

const ODD = new URL('../../fixtures/odd/', import.meta.url);
const kernels = new Kernels();
const codecs = new Codecs();

async function decoded(name: string) {
  const bytes = readFileSync(new URL(name, ODD));
  const maxPixels = 2 ** 26;
  expect(isDicom(bytes)).toBe(name.endsWith('.dcm'));
  const film = isDicom(bytes)
    ? await decodeDicom(bytes, { kernels, codecs, maxPixels, size: 64 })
    : await decodeRaster(bytes, kernels, { maxPixels, codecs });
  if ('reason' in film) throw new Error(film.reason);
  return film;
}

/** What the scripts in fixtures/odd wrote down: a picture each, null where the file is to be refused. */
interface Expected {
  readonly pictures: Readonly<Record<string, { readonly width: number; readonly pixels: string }>>;
  readonly files: Readonly<Record<string, { readonly picture: string | null }>>;
}

describe.each([
  ['dicom.json', '.dcm'],
  ['rasters.json', ''],
])('what is written oddly is shown as it is meant: %s', (list, suffix) => {
  const { pictures, files } = JSON.parse(readFileSync(new URL(list, ODD), 'utf8')) as Expected;
  const shown = Object.entries(files).filter(([, { picture }]) => picture !== null);
  const refused = Object.keys(files).filter((name) => !shown.some(([one]) => one === name));

  test.each(shown)('%s', async (name, { picture }) => {
    const film = await decoded(`${name}${suffix}`);
    const { width, pixels } = pictures[picture as string] as Expected['pictures'][string];
    const wanted = Buffer.from(pixels, 'base64');
    expect([film.width, film.width * film.height]).toEqual([width, wanted.length]);
    const differences = film.pixels.map((grey, i) => Math.abs(grey - (wanted[i] as number)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  test.each(refused)('%s is refused: it ends early', async (name) => {
    await expect(decoded(`${name}${suffix}`)).rejects.toThrow(/ends before|premature|corrupt|invalid/i);
  });
});

test('HTJ2K is halved to the values that raw pixels are halved to', async () => {
  const halved = async (name: string) => {
    const bytes = readFileSync(new URL(name, ODD));
    const film = await decodeDicom(bytes, { kernels, codecs, maxPixels: 2 ** 20, size: 6 });
    return 'reason' in film ? film.reason : { thinned: film.thinned, pixels: [...film.pixels] };
  };
  expect(await halved('htj2k-12.dcm')).toEqual(await halved('raw-padded.dcm'));
});

test('a JPEG without its end is a record with a warning, and the run says how many there are', async () => {
  const [root, work, lines] = [await temporaryFolder(), await temporaryFolder(), [] as string[]];
  const names = ['jpeg-no-end.jpg', 'exif-3.jpg'];
  for (const name of names) await copyFile(new URL(name, ODD), join(root, name));
  await writeFile(join(root, 'labels.csv'), ['image,ptx', ...names.map((name) => `${name},1`)].join('\n'));
  const config = sourceConfig.parse({
    adapter: 'png-folder',
    root,
    table: 'labels.csv',
    public: true,
    mapping: { image: 'image', labels: { PTX: { columns: ['ptx'], values: { 1: 1 } } } },
  });
  const settings = { ...SETTINGS, size: 16, minEdge: 16 };
  const artifact = await ingest(work, root, { config, settings, progress: recordedProgress(lines) });
  const records = await recordsOf(artifact);
  expect(Object.fromEntries(records.map(({ image_id, warnings }) => [image_id, warnings]))).toEqual({
    'jpeg-no-end.jpg': 'no-end-marker',
    'exif-3.jpg': null,
  });
  expect(lines.filter((line) => line.includes('no-end-marker'))).toEqual([
    'ingest nih: 1 used, but no-end-marker (a JPEG without its end marker: all its rows are there); see which with --explain',
  ]);
});
