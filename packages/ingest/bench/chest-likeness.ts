/**
 * Whether chest films look more like a chest than other images do: the AUROC of `unlikeness` for each kind of other image
 * against the frontal films of NIH whose patients have odd numbers, or are not in nih-256. The mean chest is of the others.
 *
 *     npx tsx packages/ingest/bench/chest-likeness.ts ../shared/data
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Grey, Kernels } from '@viewgap/shards/grey';
import { auroc } from '@viewgap/stats';
import { Codecs } from '../src/dicom/codecs/codecs.ts';
import { decodeDicom } from '../src/dicom/decode.ts';
import { isDicom } from '../src/dicom/header/data-set.ts';
import { decodeRaster } from '../src/image/raster.ts';
import { Resizer } from '../src/pixels/resize.ts';
import { unlikeness } from '../src/sheet/likeness.ts';

const EDGE = 128;
const kernels = new Kernels();
const resizer = new Resizer(kernels);
const tools = { kernels, codecs: new Codecs(), maxPixels: 2 ** 26, size: EDGE, anything: true };

type Film = Grey & { readonly name: string };

async function filmsOf(folder: string, pattern: RegExp): Promise<Film[]> {
  const films: Film[] = [];
  for (const name of (await readdir(folder)).filter((one) => pattern.test(one)).sort()) {
    const bytes = await readFile(join(folder, name));
    const film = isDicom(bytes) ? await decodeDicom(bytes, tools) : await decodeRaster(bytes, kernels, tools);
    if ('reason' in film) continue;
    films.push({ name, width: EDGE, height: EDGE, pixels: resizer.stretch(film, EDGE).slice() });
  }
  return films;
}

/** The film seen through a map of places in the unit square; `inverted` turns greys round. */
function changed(
  film: Film,
  place: (x: number, y: number) => readonly [number, number],
  inverted = false,
): Film {
  const pixels = film.pixels.map((_, i) => {
    const [x, y] = place(((i % EDGE) + 0.5) / EDGE, (Math.floor(i / EDGE) + 0.5) / EDGE);
    const value = film.pixels[Math.floor(y * EDGE) * EDGE + Math.floor(x * EDGE)] as number;
    return inverted ? 255 - value : value;
  });
  return { ...film, pixels };
}

const [folder = '../shared/data'] = process.argv.slice(2);
const [nih256, nih64, nih1024] = await Promise.all(
  ['nih-256', 'nih-64', 'nih-1024'].map((set) => filmsOf(join(folder, set, 'images'), /\.png$/)),
);
const patient = ({ name }: Film) => name.slice(0, 8);
const ofMean = new Set((nih256 ?? []).map(patient).filter((id) => Number(id) % 2 === 0));
const chests = [...(nih256 ?? []), ...(nih64 ?? []), ...(nih1024 ?? [])].filter(
  (film) => !ofMean.has(patient(film)),
);
const some = chests.filter((_, i) => i % 6 === 0);
const extremity = await filmsOf(join(folder, 'dicom'), /^RG3_/);
const parts = [0, 0.2, 0.4].flatMap((left) =>
  [0, 0.2, 0.4].flatMap((top) =>
    extremity.slice(0, 1).map((film) => changed(film, (x, y) => [left + 0.6 * x, top + 0.6 * y])),
  ),
);
const others: Readonly<Record<string, readonly Film[]>> = {
  'a lower leg, in its eight codings': extremity,
  'parts of it': parts,
  'other chests of the folder dicom (should rank as chests)': await filmsOf(
    join(folder, 'dicom'),
    /^(RG1|siim_1|nih)/,
  ),
  'chests turned by 90 degrees': some.map((film) => changed(film, (x, y) => [y, 1 - x])),
  'chests upside down': some.map((film) => changed(film, (x, y) => [x, 1 - y])),
  'chests as negatives': some.map((film) => changed(film, (x, y) => [x, y], true)),
  'the upper left quarter of chests': some.map((film) => changed(film, (x, y) => [x / 2, y / 2])),
  'the lower half of chests': some.map((film) => changed(film, (x, y) => [x, 0.5 + y / 2])),
};
const scored = (films: readonly Film[]) => Float64Array.from(films, (film) => unlikeness(film, resizer));
const usual = scored(chests);
const sorted = usual.toSorted((a, b) => a - b);
console.log(`${chests.length} chests: median ${(sorted[sorted.length >> 1] as number).toFixed(2)}`);
console.log('| images | number | AUROC | median |');
console.log('| --- | --- | --- | --- |');
for (const [kind, films] of Object.entries(others)) {
  const scores = scored(films);
  const middle = scores.toSorted((a, b) => a - b)[scores.length >> 1] as number;
  console.log(`| ${kind} | ${films.length} | ${auroc(scores, usual)?.toFixed(3)} | ${middle.toFixed(2)} |`);
}
