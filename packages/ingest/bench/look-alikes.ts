/**
 * How well the gate finds copies of real films, and how often it takes two films for one.
 *
 *     npx tsx packages/ingest/bench/look-alikes.ts EVERY FOLDER...
 *
 * Copies are made of every EVERY-th film. Each folder is in NIH's layout: images/ with names that start with the patient.
 * Prints, for each kind of copy, the share that is found (the copy in an external set, the original in a training set, and
 * the other way round, and both in training sets); then the false matches among all pairs of different patients, each film
 * as the external one, and the pairs of one patient that pass.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Candidate, CandidateSearch } from '../src/lookalikes/candidates.ts';
import { PhashIndex } from '../src/lookalikes/phash-index.ts';
import { affineOf } from '../src/lookalikes/poses.ts';
import {
  type Registrable,
  registeredCorrelation,
  registrable,
  SAME_PATIENT,
} from '../src/lookalikes/registration.ts';
import { Hasher, type Phash } from '../src/phash/phash.ts';
import { type Film, ingested, readFilm, TRANSFORMS } from './film-transforms.ts';

interface Seen {
  readonly name: string;
  readonly patient: string;
  readonly phash: Phash;
  readonly registrable: Registrable;
}

const hasher = new Hasher();

async function seen(name: string, film: Film): Promise<Seen> {
  const parts = registrable(await ingested(film));
  return { name, patient: name.slice(0, 8), phash: hasher.relief(parts.relief), registrable: parts };
}

const indexOf = (films: readonly Seen[]) =>
  new PhashIndex(Uint32Array.from(films.flatMap(({ phash }) => [...phash])));

/** The films' correlation; -1 where one is no candidate for the other. */
function correlationOf(
  external: Seen,
  training: Seen,
  candidates = new CandidateSearch(indexOf([training])).external(external.registrable.relief, () => true),
): number {
  const [candidate] = candidates;
  return candidate ? confirmed(external, training, candidate) : -1;
}

const confirmed = (external: Seen, training: Seen, { pose }: Candidate) =>
  registeredCorrelation(training.registrable, external.registrable, affineOf(pose));

const films: Seen[] = [];
type Way = 'external' | 'training' | 'plain';
const tallies = new Map<string, Record<Way, number[]>>();
const [every = '1', ...folders] = process.argv.slice(2);
for (const folder of folders) {
  for (const name of (await readdir(join(folder, 'images'))).filter((one) => one.endsWith('.png')).sort()) {
    const film = await readFilm(join(folder, 'images', name));
    const original = await seen(name, film);
    films.push(original);
    if (films.length % Number(every) !== 0) continue;
    for (const [kind, transform] of Object.entries(TRANSFORMS)) {
      const copy = await seen(name, await transform(film, name));
      const tally = tallies.get(kind) ?? { external: [], training: [], plain: [] };
      tallies.set(kind, tally);
      tally.external.push(correlationOf(copy, original));
      tally.training.push(correlationOf(original, copy));
      const plain = new CandidateSearch(indexOf([original, copy])).plain(1, (n) => n === 0);
      tally.plain.push(correlationOf(copy, original, plain));
    }
  }
}
console.log(
  '| copy | films | copy external | copy in training | both in training | no candidate | least correlation |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const [kind, { external, training, plain }] of tallies) {
  const share = (all: readonly number[]) =>
    (all.filter((r) => r >= SAME_PATIENT).length / all.length).toFixed(4);
  const both = [...external, ...training].sort((a, b) => a - b);
  const candidates = both.filter((r) => r >= 0);
  console.log(
    `| ${kind} | ${external.length} | ${share(external)} | ${share(training)} | ${share(plain)} | ${both.length - candidates.length} of ${both.length} | ${candidates[0]?.toFixed(3)}, then ${candidates.slice(1, 4).map((r) => r.toFixed(3))} |`,
  );
}

const search = new CandidateSearch(indexOf(films));
const totals = { different: 0, same: 0 };
const near = { different: 0, same: 0 };
const passed: Record<'different' | 'same', string[]> = { different: [], same: [] };
const correlations: number[] = [];
const started = process.cpuUsage();
for (const [i, film] of films.entries()) {
  const isOther = (j: number) => j !== i && (films[j] as Seen).name !== film.name;
  for (const other of films.slice(0, i)) {
    if (other.name !== film.name) totals[other.patient === film.patient ? 'same' : 'different']++;
  }
  for (const candidate of search.external(film.registrable.relief, isOther)) {
    const other = films[candidate.film] as Seen;
    const kind = other.patient === film.patient ? 'same' : 'different';
    near[kind]++;
    const r = confirmed(film, other, candidate);
    if (kind === 'different') correlations.push(r);
    if (r >= SAME_PATIENT) passed[kind].push(`${film.name} ${other.name} ${r.toFixed(3)}`);
  }
}
const { user } = process.cpuUsage(started);
correlations.sort((a, b) => b - a);
console.log(
  `pairs of different patients: ${totals.different}, candidates (each from either side) ${near.different}, taken for one film ${passed.different.length}; ${(user / 1000 / films.length).toFixed(1)} ms a film`,
);
console.log(
  `highest correlations of these candidates: ${correlations
    .slice(0, 5)
    .map((r) => r.toFixed(3))
    .join(', ')}`,
);
console.log(
  `pairs of one patient: ${totals.same}, candidates ${near.same}, taken for one film ${passed.same.length}`,
);
for (const line of [...passed.different, ...passed.same]) console.log(`  ${line}`);
