/**
 * Time and memory of the search for look-alikes among as many films as the study has: the index of hashes, every film
 * against every other, and external films as crops. The looks are synthetic: those of real films with each bit turned
 * round by chance, which keeps how often real bits agree. Films are not registered: how many pairs would have to be is printed.
 *
 *     npx tsx packages/ingest/bench/look-search.ts FOLDER_OF_PNG [FILMS] [EXTERNAL]     1,600,000 and 13,000 by default
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BOUND, lookOf, lookProbes, nearFilms } from '../src/lookalikes/phash.ts';
import { LookIndex } from '../src/lookalikes/phash-index.ts';
import { ingested, readFilm } from './film-transforms.ts';

const TURNED = 0.25;
const REAL = 500;
/** External films that are timed: their probes are alike, so the time of all is theirs times their number. */
const TIMED_EXTERNAL = 200;

/** Numerical Recipes' linear congruential generator: the same bits each time. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function synthetic(real: readonly Uint32Array[], count: number, seed: number): Uint32Array {
  const draw = random(seed);
  const words = new Uint32Array(4 * count);
  for (let n = 0; n < count; n++) {
    const film = real[Math.floor(draw() * real.length)] as Uint32Array;
    for (let w = 0; w < 4; w++) {
      let turned = 0;
      for (let bit = 0; bit < 32; bit++) if (draw() < TURNED) turned |= 1 << bit;
      words[4 * n + w] = ((film[w] as number) ^ turned) >>> 0;
    }
  }
  return words;
}

const [folder = '.', count = '1600000', external = '13000'] = process.argv.slice(2);
const films = Number(count);
const names = (await readdir(folder))
  .filter((name) => name.endsWith('.png'))
  .sort()
  .slice(0, REAL);
const read = await Promise.all(names.map(async (name) => ingested(await readFilm(join(folder, name)))));
const looks = read.map(lookOf);

let started = performance.now();
const lap = () => {
  const seconds = (performance.now() - started) / 1000;
  started = performance.now();
  return seconds;
};
const say = (what: string, seconds: number) => {
  const memory = process.resourceUsage().maxRSS / 2 ** 20;
  console.log(`${what}: ${seconds.toFixed(1)} s, at most ${memory.toFixed(2)} GiB resident`);
};

const [whole, inner] = [
  synthetic(
    looks.map((look) => look.whole),
    films,
    1,
  ),
  synthetic(
    looks.map((look) => look.inner),
    films,
    2,
  ),
];
lap();
const indexes = [new LookIndex(whole), new LookIndex(inner)] as const;
say(`index of ${films} films`, lap());

let near = 0;
for (let n = 0; n < films; n++) near += indexes[0].near(indexes[0].hash(n), HASH_BOUND).size - 1;
say(`every film against every other, ${near / 2} pairs within ${HASH_BOUND} bits`, lap());

const timed = Math.min(TIMED_EXTERNAL, read.length);
const probes = read.slice(0, timed).map(lookProbes);
const probing = (lap() / timed) * Number(external);
for (const one of probes) nearFilms(one, ...indexes);
const looking = (lap() / timed) * Number(external);
say(`${external} external films: probes made`, probing);
say(`${external} external films: probes looked up`, looking);
