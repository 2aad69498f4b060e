/**
 * Prints src/phash/phash-statistics.ts: what most films look like.
 *
 *     npx tsx packages/ingest/bench/phash-statistics.ts FOLDER
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BITS } from '../src/phash/frequencies.ts';
import { Hasher } from '../src/phash/phash.ts';
import { reliefOf } from '../src/phash/relief.ts';
import { ingested, readFilm } from './film-transforms.ts';

const [folder = '.'] = process.argv.slice(2);
const hasher = new Hasher();
let films: Float64Array[] = [];
for (const name of (await readdir(folder)).filter((one) => one.endsWith('.png')).sort()) {
  const film = await ingested(await readFilm(join(folder, name)));
  films.push(Float64Array.from(hasher.coefficients(reliefOf(film))));
}
const bits = Array.from({ length: BITS }, (_, bit) => bit);
const at = (values: ArrayLike<number>, i: number) => values[i] as number;
const meanOf = () => bits.map((bit) => films.reduce((sum, film) => sum + at(film, bit), 0) / films.length);
let mean = meanOf();
// A few films are inverted: they are turned round until none is unlike the mean.
for (let round = 0; round < 4; round++) {
  films = films.map((film) =>
    film.reduce((sum, value, bit) => sum + value * at(mean, bit), 0) < 0 ? film.map((value) => -value) : film,
  );
  mean = meanOf();
}
const median = (values: number[]) =>
  at(
    values.sort((a, b) => a - b),
    values.length >> 1,
  );
const medians = bits.map((bit) => median(films.map((film) => at(film, bit))));
const deviations = bits.map((bit) => median(films.map((film) => Math.abs(at(film, bit) - at(medians, bit)))));
const list = (values: readonly number[]) => values.map((value) => Math.round(value * 100) / 100).join(', ');
console.log(`/**
 * What most radiographs look like: mean, median and median absolute deviation of each coefficient of phash.ts, in the order
 * of the bits, over the ${films.length} films of NIH ChestX-ray14 at 256 px that the measurements name, by
 * bench/phash-statistics.ts. With the medians as thresholds each bit is set in half the films.
 */
export const PHASH_MEAN: readonly number[] = [${list(mean)}];

export const PHASH_MEDIANS: readonly number[] = [${list(medians)}];

export const PHASH_DEVIATIONS: readonly number[] = [${list(deviations)}];`);
