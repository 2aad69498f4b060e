/**
 * What of the 255 steps from black to white the films of some folders use, how many of the 256 greys, and the lightest: the
 * figures that the bound of low contrast comes from. A film of 16 bits whose lightest grey is below 64 would be read as one
 * of fewer bits.
 *
 *     npx tsx packages/ingest/bench/grey-range.ts FOLDER...
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kernels } from '@viewgap/shards/grey';
import { largest } from '@viewgap/stats';
import { Codecs } from '../src/dicom/codecs/codecs.ts';
import { decodeDicom } from '../src/dicom/decode.ts';
import { isDicom } from '../src/dicom/header/data-set.ts';
import { decodeRaster } from '../src/image/raster.ts';
import { greyRange } from '../src/pixels/contrast.ts';

const kernels = new Kernels();
const tools = { kernels, codecs: new Codecs(), maxPixels: 2 ** 26, size: 224, anything: true };

type Figures = Readonly<Record<'99th - 1st percentile' | 'greys' | 'lightest', number>>;

async function figuresOf(path: string): Promise<Figures | null> {
  const bytes = await readFile(path);
  const film = isDicom(bytes) ? await decodeDicom(bytes, tools) : await decodeRaster(bytes, kernels, tools);
  if ('reason' in film) return null;
  const greys = new Set(film.pixels);
  return { '99th - 1st percentile': greyRange(film), greys: greys.size, lightest: largest(greys) };
}

const quantiles = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  return [0, 0.01, 0.1, 0.5, 1].map((q) => sorted[Math.floor(q * (sorted.length - 1))]).join(' | ');
};

console.log('| folder | figure | films | least | 1 % | 10 % | median | most |');
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const folder of process.argv.slice(2)) {
  const names = (await readdir(folder)).filter((name) => /\.(png|dcm)$/.test(name));
  const all = [];
  for (const name of names) all.push(await figuresOf(join(folder, name)));
  const films = all.filter((film) => film !== null);
  for (const figure of ['99th - 1st percentile', 'greys', 'lightest'] as const) {
    console.log(`| ${folder} | ${figure} | ${films.length} | ${quantiles(films.map((f) => f[figure]))} |`);
  }
}
