/**
 * Processor time and memory of the search for copies among as many films as a study has, and what it finds of real copies
 * that are hidden among them.
 *
 *     npx tsx packages/ingest/bench/overlap-rehearsal.ts FOLDER_OF_PNG [FILMS] [EXTERNAL]     1,600,000 and 13,000 by default
 *
 * Most hashes of training films are synthetic: their coefficients are random mixtures of real films', which keeps mean and
 * covariance. The others are of real films (HIDDEN of them, each with a plain copy of every kind). External films have pixels,
 * because the search looks at them: all kinds of copies of the hidden films, and blends of two other real films. A synthetic
 * film that becomes a candidate is registered with the pixels of some real one, so that its time counts; none may be confirmed.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Progress, silentProgress } from '@viewgap/contracts';
import { PhashIndex } from '../src/lookalikes/phash-index.ts';
import { registrable } from '../src/lookalikes/registration.ts';
import { matchesOf, type Reader } from '../src/lookalikes/search.ts';
import { BITS, COARSE_BITS, WORDS } from '../src/phash/frequencies.ts';
import { Hasher, polarities, signsOf } from '../src/phash/phash.ts';
import { PHASH_MEDIANS } from '../src/phash/phash-statistics.ts';
import { reliefOf } from '../src/phash/relief.ts';
import { type Film, ingested, readFilm, TRANSFORMS } from './film-transforms.ts';

const HIDDEN = 25;
/**
 * Films in a mixture, for the first 128 bits and for the others: with these the shares of pairs that are near by the first and
 * by all bits are about those of real films. Of fewer films two mixtures would often share the heaviest, of more none would be near.
 */
const MIXED = { coarse: 4, fine: 12 };
const PLAIN = ['JPEG q50', 'resized to 60 %', 're-windowed (gamma 0.6)', 'inverted', 'black borders of 12 %'];

/** Numerical Recipes' linear congruential generator: the same numbers each time. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A film: its pixels, and of a copy what it is a copy of. */
interface Planted {
  readonly kind: string;
  readonly film: Film;
  readonly original: number;
}

const [folder = '.', count = '1600000', external = '13000'] = process.argv.slice(2);
const [trained, probed] = [Number(count), Number(external)];
const draw = random(1);
const names = (await readdir(folder)).filter((name) => name.endsWith('.png')).sort();
const step = Math.floor(names.length / HIDDEN);
const hidden: Planted[] = [];
const plain: Planted[] = [];
const copies: Planted[] = [];
const others: Film[] = [];
for (const [i, name] of names.entries()) {
  const film = await readFilm(join(folder, name));
  if (i % step !== 0 || hidden.length === HIDDEN) {
    others.push(await ingested(film));
    continue;
  }
  const original = hidden.length;
  hidden.push({ kind: 'original', film: await ingested(film), original });
  for (const [kind, transform] of Object.entries(TRANSFORMS)) {
    const copy = { kind, film: await ingested(await transform(film, name)), original };
    copies.push(copy);
    if (PLAIN.includes(kind)) plain.push(copy);
  }
}

const hasher = new Hasher();
const real = others.map((film) => {
  const coefficients = hasher.coefficients(reliefOf(film)).slice();
  const [polarity] = polarities(coefficients);
  return coefficients.map((value, bit) => polarity * value - (PHASH_MEDIANS[bit] as number));
});

/** Twelve uniform numbers make one that is as good as normal here. */
function normal(): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += draw();
  return sum;
}

const mixture = new Float32Array(BITS);

function mix(count: number, from: number, to: number): void {
  for (let i = 0; i < count; i++) {
    const weight = normal() / Math.sqrt(count);
    const film = real[Math.floor(draw() * real.length)] as Float32Array;
    for (let bit = from; bit < to; bit++)
      mixture[bit] = (mixture[bit] as number) + weight * (film[bit] as number);
  }
}

function syntheticHash(): Uint32Array {
  mixture.set(PHASH_MEDIANS);
  mix(MIXED.coarse, 0, COARSE_BITS);
  mix(MIXED.fine, COARSE_BITS, BITS);
  return signsOf(mixture, 1);
}

/** An external film of two others, the same one for the same number. */
function blend(n: number): Film {
  const chance = random(n);
  const [a, b] = [0, 1].map(() => others[Math.floor(chance() * others.length)] as Film) as [Film, Film];
  const share = 0.35 + 0.3 * chance();
  const pixels = a.pixels.map((grey, i) => Math.round(share * grey + (1 - share) * (b.pixels[i] as number)));
  return { ...a, pixels };
}

// Training films first, the planted ones spread among them; then the external ones, copies first.
const total = trained + probed;
const words = new Uint32Array(WORDS * total);
const planted = new Map<number, Planted>();
const spread = Math.floor(trained / (hidden.length + plain.length + 1));
for (const [i, one] of [...hidden, ...plain].entries()) planted.set((i + 1) * spread, one);
for (const [i, one] of copies.slice(0, probed).entries()) planted.set(trained + i, one);
for (let n = 0; n < total; n++) {
  const film = planted.get(n)?.film ?? (n < trained ? null : blend(n));
  words.set(film ? hasher.film(film) : syntheticHash(), WORDS * n);
}

let registered = 0;
const filmOf = (n: number) =>
  planted.get(n)?.film ?? (n < trained ? (others[n % others.length] as Film) : blend(n));
const reader: Reader = {
  relief: async (n) => reliefOf(filmOf(n)),
  registrable: async (n) => {
    registered++;
    return registrable(filmOf(n));
  },
};
const numbers = Uint32Array.from({ length: total }, (_, n) => n);
/** Two blends may share a film, and two copies in external sets an original: among themselves they are one patient's. */
const patients = numbers.map((n) => (n < trained ? n : total + (planted.get(n)?.original ?? HIDDEN)));
const isExternal = Uint8Array.from({ length: total }, (_, n) => (n < trained ? 0 : 1));

/** A line a minute says how far the search is. */
const progress: Progress = {
  ...silentProgress,
  start: () => {
    let said = performance.now();
    return {
      update: (done, detail) => {
        if (performance.now() - said < 60_000) return;
        said = performance.now();
        console.error(
          `${done} of ${total}, ${seconds(process.cpuUsage(cpu))} s, ${registered / 2} registered: ${detail}`,
        );
      },
      finish: () => {},
    };
  },
};
const seconds = ({ user, system }: NodeJS.CpuUsage) => ((user + system) / 1e6).toFixed(0);

const [began, cpu] = [performance.now(), process.cpuUsage()];
const index = new PhashIndex(words);
console.log(`index: ${seconds(process.cpuUsage(cpu))} s of processor time`);
const matches = await matchesOf({ index, patients, pixels: numbers, external: isExternal }, reader, progress);
console.log(
  `${trained} films and ${probed} external ones: ${seconds(process.cpuUsage(cpu))} s of processor time, ` +
    `${((performance.now() - began) / 1000).toFixed(0)} s, at most ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB ` +
    `resident, ${registered / 2} candidates registered`,
);
let wrong = 0;
const found = new Map<string, Set<number>>();
for (const { a, b } of matches) {
  const [one, other] = [planted.get(a), planted.get(b)];
  if (!one || !other || one.original !== other.original) {
    wrong++;
    continue;
  }
  // The later one is the copy; of two copies in training the match with the original counts.
  if (one.kind !== 'original') continue;
  const place = b < trained ? 'training' : 'external';
  const key = `${other.kind}, copy in ${place}`;
  found.set(key, (found.get(key) ?? new Set()).add(other.original));
}
for (const [key, originals] of found) console.log(`${key}: ${originals.size} of ${HIDDEN} found`);
console.log(`${wrong} matches of different films`);
