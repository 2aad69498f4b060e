import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Grey } from '@viewgap/shards/grey';
import { Kernels } from '@viewgap/shards/grey';
import { describe, expect, test } from 'vitest';
import { FIXTURE, sharedData } from '../../test/testing.ts';
import { Codecs } from '../dicom/codecs/codecs.ts';
import { decodeRaster } from '../image/raster.ts';
import { Resizer } from '../pixels/resize.ts';
import { looksInverted } from './polarity.ts';

const kernels = new Kernels();
const codecs = new Codecs();
const resizer = new Resizer(kernels);

/** One after the other, each copied: the pixels of a decoded film last until the next one is placed in the kernels' memory. */
async function filmsOf(folder: string): Promise<Grey[]> {
  const films: Grey[] = [];
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.png'))) {
    const film = await decodeRaster(readFileSync(join(folder, name)), kernels, {
      maxPixels: 2 ** 26,
      codecs,
    });
    if ('pixels' in film) films.push({ ...film, pixels: film.pixels.slice() });
  }
  return films;
}

function suspects(films: readonly Grey[]): [shown: number, negatives: number] {
  const negatives = films.map((film) => ({ ...film, pixels: film.pixels.map((value) => 255 - value) }));
  const count = (all: readonly Grey[]) => all.filter((film) => looksInverted(film, resizer)).length;
  return [count(films), count(negatives)];
}

describe('a negative looks inverted, a film does not', () => {
  test('eight real films', async () => {
    expect(suspects(await filmsOf(join(FIXTURE, 'images')))).toEqual([0, 8]);
  });

  const shared = sharedData('nih-256/images');
  test.skipIf(shared === null)('892 real films (skipped where ../shared is absent)', async () => {
    expect(suspects(await filmsOf(shared as string))).toEqual([0, 890]);
  });
});
