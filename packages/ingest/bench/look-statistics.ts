/**
 * Prints the numbers of src/look-statistics.ts: what most films look like.
 *
 *     npx tsx packages/ingest/bench/look-statistics.ts FOLDER
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BITS, lookCoefficients } from '../src/lookalikes/phash-hash.ts';
import { ingested, readFilm } from './film-transforms.ts';

const [folder = '.'] = process.argv.slice(2);
const films: Float64Array[] = [];
for (const name of (await readdir(folder)).filter((one) => one.endsWith('.png')).sort()) {
  films.push(lookCoefficients(await ingested(await readFilm(join(folder, name)))));
}
const rounded = (value: number) => Math.round(value * 10) / 10;
const coefficients = Array.from({ length: HASH_BITS }, (_, k) => k);
const at = (values: ArrayLike<number>, k: number) => values[k] as number;
const mean = coefficients.map((k) =>
  rounded(films.reduce((sum, film) => sum + at(film, k), 0) / films.length),
);
const upright = films.map((film) =>
  film.reduce((sum, value, k) => sum + value * at(mean, k), 0) < 0 ? film.map((value) => -value) : film,
);
const medians = coefficients.map((k) => {
  const sorted = upright.map((film) => at(film, k)).sort((a, b) => a - b);
  return rounded(sorted[sorted.length >> 1] as number);
});
console.log(JSON.stringify({ films: films.length, mean, medians }));
