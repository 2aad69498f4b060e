import { appendRows, queryRows, type Sha256, type Store, streamChunks } from '@viewgap/artifacts';
import type { Progress } from '@viewgap/contracts';
import { WORDS } from '../phash/frequencies.ts';
import { phashFromHex } from '../phash/phash.ts';
import { type Relief, reliefOf } from '../phash/relief.ts';
import type { Connection } from '../sql.ts';
import { type Candidate, CandidateSearch } from './candidates.ts';
import { ShardFilms } from './film-pixels.ts';
import { PhashIndex } from './phash-index.ts';
import { affineOf } from './poses.ts';
import { type Registrable, registeredCorrelation, registrable, SAME_PATIENT } from './registration.ts';

/** What the search must know of each film, by its number. */
export interface Films {
  readonly index: PhashIndex;
  readonly patients: Uint32Array;
  /** the same number, the same pixels: these are found without looking */
  readonly pixels: Uint32Array;
  readonly external: Uint8Array;
}

/** Two films that are the same. */
export interface Match {
  readonly a: number;
  readonly b: number;
  readonly correlation: number;
}

/** Reads films by their number. */
export interface Reader {
  relief(film: number): Promise<Relief>;
  registrable(film: number): Promise<Registrable>;
}

/** Films whose registrable parts are kept, 250 kB each: a film's candidates are found one after another. */
const REGISTRABLE = 256;

/**
 * Fills `look_alike` with the pairs of films of different patients that look the same. Perceptual hashes give the candidates,
 * by an index: for every film those that it repeats as it is, for films of external sets also those that it is a mirrored,
 * turned, equalised, lettered or cropped copy of, or they of it. A candidate is confirmed by registration as soon as it is
 * found, so that memory does not grow with their number. Films of one patient are left out: they are in one split anyway.
 */
export async function findLookAlikes(
  connection: Connection,
  store: Store,
  progress: Progress,
): Promise<void> {
  await connection.run(`create or replace temp table hashed as
    select (row_number() over (order by source, image_id) - 1)::integer as n, source, image_id, shard, row, phash,
      role = 'external' as external, (dense_rank() over (order by patient))::integer as patient,
      (dense_rank() over (order by pixel_sha256))::integer as pixels
    from record where phash <> '' order by n`);
  const films = await readFilms(connection);
  const matches = await matchesOf(films, new ShardReader(connection, new ShardFilms(store)), progress);
  await connection.run('create or replace temp table same_film (a integer, b integer, correlation double)');
  await appendRows(
    connection,
    'same_film',
    matches.map((match) => ({ ...match })),
  );
  await connection.run(`insert into look_alike
    select one.source, one.image_id, other.source, other.image_id, round(correlation, 6)
    from same_film join hashed one on one.n = a join hashed other on other.n = b order by all`);
}

async function readFilms(connection: Connection): Promise<Films> {
  const [{ count = 0 } = {}] = await queryRows<{ count: number }>(
    connection,
    'select count(*)::integer as count from hashed',
  );
  const words = new Uint32Array(WORDS * count);
  const [patients, pixels] = [new Uint32Array(count), new Uint32Array(count)];
  const external = new Uint8Array(count);
  const chunks = streamChunks(connection, 'select phash, patient, pixels, external from hashed order by n');
  let n = 0;
  for await (const chunk of chunks) {
    for (const [hex, patient, same, isExternal] of chunk.getRows() as [string, number, number, boolean][]) {
      words.set(phashFromHex(hex), WORDS * n);
      patients[n] = patient;
      pixels[n] = same;
      external[n++] = isExternal ? 1 : 0;
    }
  }
  return { index: new PhashIndex(words), patients, pixels, external };
}

/** All matches, each once. */
export async function matchesOf(
  { index, patients, pixels, external }: Films,
  reader: Reader,
  progress: Progress,
): Promise<Match[]> {
  const search = new CandidateSearch(index);
  const matches = new Map<string, Match>();
  const task = progress.start('compare the looks of films', index.count, 'film');
  for (let n = 0; n < index.count; n++) {
    const isExternal = external[n] === 1;
    const isOpen = (other: number) =>
      patients[other] !== patients[n] &&
      pixels[other] !== pixels[n] &&
      // Of two that are not external the later one finds the earlier; an external one finds all.
      (isExternal || (external[other] === 0 && other < n));
    const candidates = isExternal ? search.external(await reader.relief(n), isOpen) : search.plain(n, isOpen);
    for (const candidate of candidates) {
      const match = await confirmed(n, candidate, reader);
      if (match) matches.set(`${match.a} ${match.b}`, match);
    }
    if (n % 1000 === 0 || isExternal) task.update(n + 1, `${matches.size} are the same film`);
  }
  task.finish(`${matches.size} are the same film`);
  return [...matches.values()].sort((p, q) => p.a - q.a || p.b - q.b);
}

async function confirmed(n: number, { film, pose }: Candidate, reader: Reader): Promise<Match | null> {
  const correlation = registeredCorrelation(
    await reader.registrable(film),
    await reader.registrable(n),
    affineOf(pose),
  );
  return correlation < SAME_PATIENT ? null : { a: Math.min(n, film), b: Math.max(n, film), correlation };
}

/** Reads films from shards; the last ones are kept as registration needs them. */
class ShardReader implements Reader {
  readonly #known = new Map<number, Registrable>();

  constructor(
    private readonly connection: Connection,
    private readonly shards: ShardFilms,
  ) {}

  async relief(n: number): Promise<Relief> {
    return reliefOf(await this.#film(n));
  }

  async registrable(n: number): Promise<Registrable> {
    const known = this.#known.get(n) ?? registrable(await this.#film(n));
    this.#known.delete(n);
    this.#known.set(n, known);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > REGISTRABLE && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #film(n: number) {
    const [place] = await queryRows<{ shard: Sha256; row: number }>(
      this.connection,
      `select shard, row from hashed where n = ${n}`,
    );
    if (!place) throw new Error('a film that is not in the list of hashes');
    return this.shards.film(place.shard, place.row);
  }
}
