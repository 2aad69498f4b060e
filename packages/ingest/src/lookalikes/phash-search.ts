import { appendRows, queryRows, type Sha256, type Store, streamChunks } from '@viewgap/artifacts';
import { counted, type Progress } from '@viewgap/contracts';
import type { Connection } from '../sql.ts';
import { ShardFilms } from './film-pixels.ts';
import { HASH_BOUND, lookFromHex, lookProbes, nearFilms, SAME_PATIENT } from './phash.ts';
import { LookIndex } from './phash-index.ts';
import { type Registrable, registeredCorrelation, registrable } from './registration.ts';

/** What the search must know of each film, by its number. */
interface Looks {
  readonly whole: LookIndex;
  readonly inner: LookIndex;
  readonly patients: Uint32Array;
  /** the same number, the same pixels: these are found without looking */
  readonly pixels: Uint32Array;
  readonly external: Uint8Array;
}

type Pair = readonly [number, number];

/** Films that were registered and may be needed again. */
const REGISTERED = 4096;

/**
 * Fills `look_alike` with the pairs of films of different patients that look the same. Every film is compared with
 * every other by its hash; those of external sets also as a crop of another film or another film's crop. What is near is
 * confirmed by registration. Films of one patient are left out: they are in one split anyway.
 */
export async function findLookAlikes(
  connection: Connection,
  store: Store,
  progress: Progress,
): Promise<void> {
  await connection.run(`create or replace temp table look as
    select (row_number() over (order by source, image_id) - 1)::integer as n, source, image_id, shard, row, look_hash,
      role = 'external' as external, (dense_rank() over (order by patient))::integer as patient,
      (dense_rank() over (order by pixel_sha256))::integer as pixels
    from record where look_hash <> '' order by n`);
  const looks = await readLooks(connection);
  const films = new Films(connection, new ShardFilms(store));
  const pairs = [...plainCandidates(looks), ...(await croppedCandidates(looks, films, progress))];
  const task = progress.start('compare films that look alike', pairs.length, 'pair');
  const same: (readonly [...Pair, number])[] = [];
  for (const [i, [a, b]] of unique(pairs).entries()) {
    const r = registeredCorrelation(await films.registered(a), await films.registered(b));
    if (r >= SAME_PATIENT) same.push([a, b, r]);
    task.update(i + 1);
  }
  task.finish(`the same film in ${same.length} of ${counted(pairs.length, 'pair')}`);
  await connection.run('create or replace temp table same_look (a integer, b integer, correlation double)');
  await appendRows(
    connection,
    'same_look',
    same.map(([a, b, correlation]) => ({ a, b, correlation })),
  );
  await connection.run(`insert into look_alike
    select one.source, one.image_id, other.source, other.image_id, round(correlation, 6)
    from same_look join look one on one.n = a join look other on other.n = b order by all`);
}

async function readLooks(connection: Connection): Promise<Looks> {
  const [{ count = 0 } = {}] = await queryRows<{ count: number }>(
    connection,
    'select count(*)::integer as count from look',
  );
  const [whole, inner] = [new Uint32Array(4 * count), new Uint32Array(4 * count)];
  const [patients, pixels, external] = [
    new Uint32Array(count),
    new Uint32Array(count),
    new Uint8Array(count),
  ];
  const chunks = streamChunks(connection, 'select look_hash, patient, pixels, external from look order by n');
  let n = 0;
  for await (const chunk of chunks) {
    for (const [hex, patient, same, isExternal] of chunk.getRows() as [string, number, number, boolean][]) {
      const look = lookFromHex(hex);
      whole.set(look.whole, 4 * n);
      inner.set(look.inner, 4 * n);
      patients[n] = patient;
      pixels[n] = same;
      external[n++] = isExternal ? 1 : 0;
    }
  }
  return { whole: new LookIndex(whole), inner: new LookIndex(inner), patients, pixels, external };
}

/** Films whose hashes are near as they are. */
function* plainCandidates(looks: Looks): Iterable<Pair> {
  const { whole } = looks;
  for (let n = 0; n < looks.patients.length; n++) {
    for (const other of whole.near(whole.hash(n), HASH_BOUND)) {
      if (other < n && isOpen(looks, n, other)) yield [other, n];
    }
  }
}

/** Films of external sets and what may be a crop of them, or they of it. */
async function croppedCandidates(looks: Looks, films: Films, progress: Progress): Promise<Pair[]> {
  const { whole, inner, external } = looks;
  const pairs: Pair[] = [];
  const task = progress.start('probe external films', external.length, 'film');
  for (let n = 0; n < external.length; n++) {
    if (external[n] === 1) {
      const probes = lookProbes(await films.film(n));
      for (const other of nearFilms(probes, whole, inner)) {
        if (isOpen(looks, n, other)) pairs.push([Math.min(n, other), Math.max(n, other)]);
      }
    }
    task.update(n + 1);
  }
  task.finish();
  return pairs;
}

/** Whether two films may turn out to be one and nothing says so yet. */
function isOpen({ patients, pixels }: Looks, a: number, b: number): boolean {
  return patients[a] !== patients[b] && pixels[a] !== pixels[b];
}

function unique(pairs: readonly Pair[]): Pair[] {
  const keys = new Map(pairs.map((pair) => [`${pair[0]} ${pair[1]}`, pair]));
  return [...keys.values()].sort(([a, b], [c, d]) => a - c || b - d);
}

/** Films by their number, those last registered kept. */
class Films {
  private readonly known = new Map<number, Registrable>();

  constructor(
    private readonly connection: Connection,
    private readonly shards: ShardFilms,
  ) {}

  async film(n: number) {
    const [place] = await queryRows<{ shard: Sha256; row: number }>(
      this.connection,
      `select shard, row from look where n = ${n}`,
    );
    if (!place) throw new Error('a film that is not in the list of looks');
    return this.shards.film(place.shard, place.row);
  }

  async registered(n: number): Promise<Registrable> {
    const known = this.known.get(n);
    if (known) return known;
    const film = registrable(await this.film(n));
    const oldest = this.known.keys().next().value;
    if (this.known.size >= REGISTERED && oldest !== undefined) this.known.delete(oldest);
    this.known.set(n, film);
    return film;
  }
}
