/**
 * How well the gate finds copies of real films, and how often it takes two films for one.
 *
 *     npx tsx packages/ingest/bench/look-alikes.ts EVERY FOLDER...
 *
 * Copies are made of every EVERY-th film. Each folder is in NIH's layout: images/ with names that start with the patient. Prints, for each kind of copy, the
 * share that is found (the copy in an external set, the original in a training set, and the other way round); then the
 * false matches among all pairs of different patients, and the pairs of one patient that pass.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { smallest } from '@viewgap/stats';
import {
  type Look,
  lookOf,
  lookProbes,
  nearFilms,
  type Probes,
  SAME_PATIENT,
} from '../src/lookalikes/phash.ts';
import { hashDistance, type LookHash } from '../src/lookalikes/phash-hash.ts';
import { LookIndex } from '../src/lookalikes/phash-index.ts';
import { type Registrable, registeredCorrelation, registrable } from '../src/lookalikes/registration.ts';
import { ingested, readFilm, TRANSFORMS } from './film-transforms.ts';

interface Seen {
  readonly name: string;
  readonly patient: string;
  readonly look: Look;
  readonly probes: Probes;
  readonly registrable: Registrable;
}

async function seen(name: string, film: Parameters<typeof ingested>[0]): Promise<Seen> {
  const square = await ingested(film);
  return {
    name,
    patient: name.slice(0, 8),
    look: lookOf(square),
    probes: lookProbes(square),
    registrable: registrable(square),
  };
}

const indexOf = (hashes: readonly LookHash[]) =>
  new LookIndex(Uint32Array.from(hashes.flatMap((hash) => [...hash])));

function isFound(external: Seen, training: Seen): boolean {
  const { whole, inner } = training.look;
  return (
    nearFilms(external.probes, indexOf([whole]), indexOf([inner])).size > 0 &&
    registeredCorrelation(external.registrable, training.registrable) >= SAME_PATIENT
  );
}

/** Bits in which the best probe differs. */
function bitsOf({ probes }: Seen, { look }: Seen): number {
  const least = (hashes: readonly LookHash[], hash: LookHash) =>
    smallest(hashes.map((probe) => hashDistance(probe, hash)));
  return Math.min(least(probes.whole, look.whole), least(probes.inner, look.inner));
}

const films: Seen[] = [];
const tallies = new Map<
  string,
  { n: number; external: number; training: number; worst: number; bits: number[] }
>();
const [every = '1', ...folders] = process.argv.slice(2);
for (const folder of folders) {
  for (const name of (await readdir(join(folder, 'images'))).filter((one) => one.endsWith('.png')).sort()) {
    const film = await readFilm(join(folder, 'images', name));
    const original = await seen(name, film);
    films.push(original);
    if (films.length % Number(every) !== 0) continue;
    for (const [kind, transform] of Object.entries(TRANSFORMS)) {
      const copy = await seen(name, await transform(film, name));
      const tally = tallies.get(kind) ?? { n: 0, external: 0, training: 0, worst: 1, bits: [] };
      tallies.set(kind, tally);
      tally.n++;
      if (isFound(copy, original)) tally.external++;
      if (isFound(original, copy)) tally.training++;
      tally.worst = Math.min(tally.worst, registeredCorrelation(copy.registrable, original.registrable));
      tally.bits.push(bitsOf(copy, original), bitsOf(original, copy));
    }
  }
}
for (const [kind, { n, external, training, worst, bits }] of tallies) {
  bits.sort((a, b) => a - b);
  const share = (found: number) => (found / n).toFixed(4);
  console.log(
    `${kind}: ${n} films; copy external ${share(external)}, copy training ${share(training)}; ` +
      `bits p99 ${bits[Math.floor(0.99 * bits.length)]}, most ${bits.at(-1)}; least correlation ${worst.toFixed(3)}`,
  );
}

const whole = indexOf(films.map(({ look }) => look.whole));
const inner = indexOf(films.map(({ look }) => look.inner));
const totals = { different: 0, same: 0 };
const near = { different: 0, same: 0 };
const passed: Record<'different' | 'same', string[]> = { different: [], same: [] };
const correlations: number[] = [];
for (const [i, film] of films.entries()) {
  for (const other of films.slice(0, i)) {
    if (other.name !== film.name) totals[other.patient === film.patient ? 'same' : 'different']++;
  }
  for (const j of nearFilms(film.probes, whole, inner)) {
    const other = films[j] as Seen;
    if (j === i || other.name === film.name) continue;
    const kind = other.patient === film.patient ? 'same' : 'different';
    near[kind]++;
    const r = registeredCorrelation(film.registrable, other.registrable);
    if (kind === 'different') correlations.push(r);
    if (r >= SAME_PATIENT) passed[kind].push(`${film.name} ${other.name} ${r.toFixed(3)}`);
  }
}
correlations.sort((a, b) => b - a);
console.log(
  `pairs of different patients: ${totals.different}, near by hash (as external and as training) ${near.different}, taken for one film ${passed.different.length}`,
);
console.log(
  `highest correlations of these near pairs: ${correlations
    .slice(0, 5)
    .map((r) => r.toFixed(3))
    .join(', ')}`,
);
console.log(
  `pairs of one patient: ${totals.same}, near by hash ${near.same}, taken for one film ${passed.same.length}`,
);
for (const line of [...passed.different, ...passed.same]) console.log(`  ${line}`);
