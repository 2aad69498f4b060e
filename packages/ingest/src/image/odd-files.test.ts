import { readFileSync } from 'node:fs';
import { Kernels } from '@viewgap/shards';
import { describe, expect, test } from 'vitest';
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
