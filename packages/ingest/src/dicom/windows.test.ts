import { readFileSync } from 'node:fs';
import { Kernels } from '@viewgap/shards/grey';
import { expect, test } from 'vitest';
import { Codecs } from './codecs/codecs.ts';
import { decodeDicom } from './decode.ts';

/** Written by pydicom (fixtures/windows/make.py), without their preambles, in base64. */
const films: Readonly<Record<string, { readonly greys: readonly number[]; readonly file: string }>> =
  JSON.parse(readFileSync(new URL('../../fixtures/windows/windows.json', import.meta.url), 'utf8'));

const tools = { kernels: new Kernels(), codecs: new Codecs(), maxPixels: 2 ** 20, size: 8 };

test.each(Object.entries(films))('a window that is written so: %s', async (_, { greys, file }) => {
  const shown = await decodeDicom(Buffer.from(file, 'base64'), tools);
  if ('reason' in shown) throw new Error(shown.reason);
  const worst = Math.max(...greys.map((grey, i) => Math.abs(grey - (shown.pixels[i] as number))));
  expect(worst).toBeLessThanOrEqual(1);
});
