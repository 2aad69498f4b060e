import {
  type Artifact,
  beginArtifact,
  finishArtifact,
  isSynthetic,
  runFacts,
  type Sha256,
  type Store,
  sha256File,
} from '@viewgap/artifacts';
import {
  counted,
  type IngestConfig,
  type Progress,
  type SourceConfig,
  type SourceFacts,
  UserError,
} from '@viewgap/contracts';
import sharp from 'sharp';
import { adapterOf } from './adapters/layouts.ts';
import { concealing, concealingBugs } from './files/concealed-errors.ts';
import { listSource } from './files/listing.ts';
import { mapParallel } from './files/parallel.ts';
import { concealedRows, type NamedFiles, namedFiles, pseudonymsOf } from './files/private-source.ts';
import type { Pseudonyms } from './files/pseudonym.ts';
import { type Environment, resolveRoot } from './files/root.ts';
import type { ListedFile } from './files/tree/listed-file.ts';
import type { Reading } from './read/decoded.ts';
import { lazily } from './read/lazily.ts';
import { type OpenPool, readMissing } from './read/reader.ts';
import { LostHolder } from './read/reading-cache.ts';
import { openSourceCache } from './read/source-cache.ts';
import { contradictoryPatients, withoutContradictoryPatients } from './records/contradictory-patients.ts';
import { doubtsOf, otherParts, unreadViews } from './records/doubts.ts';
import { type FilmJoin, pairFilms } from './records/film-pairing.ts';
import { withHeaders } from './records/film-row.ts';
import { countBy, countsOf, type InputCounts, writeTables } from './records/ingest-table.ts';
import { reasonsByKind } from './records/input-kinds.ts';
import {
  deniedInput,
  groupBy,
  namesakesAmong,
  type Pairing,
  pairImages,
  type Quarantined,
} from './records/pairing.ts';
import { PATIENT_IDS_CURE, patientCountsOf, patientDoubts, patientFault } from './records/patient-counts.ts';
import { type Rejections, refuseRejections } from './records/rejections.ts';
import { repeatedFilms } from './records/repeat-exposure.ts';
import { Kept, type WrittenShards, writeShards } from './records/shard-writer.ts';
import { nearMatches, renamedRows } from './tables/near-names.ts';
import type { Adapter, ParsedTable } from './tables/rows/adapter.ts';
import { tableFile } from './tables/source-table.ts';

export interface IngestOptions {
  /** the source's name in pipeline.json */
  readonly name: string;
  readonly config: SourceConfig;
  readonly settings: IngestConfig;
  /** folder of pipeline.json, which a relative root starts from */
  readonly pipelineFolder: string;
  readonly env: Environment;
  /** folder of the artifact */
  readonly out: string;
  /** folder of this source alone, where readings are kept for the next run */
  readonly cacheDir: string;
  readonly store: Store;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** images of a batch, by default as many as memory bears: a killed run loses one batch at most */
  readonly batch?: number;
  /** threads that read files, by default this call's own */
  readonly openPool?: OpenPool;
}

/**
 * Reads a source into an ingest artifact: records.arrow, quarantine.arrow, and shards in the store, one view each.
 * Reads only files that are new or changed since the last run. Every image and every row of the label table is in
 * the records or in the quarantine. The same input gives a byte-identical manifest.
 * @throws UserError where the root, table, images or a column are missing, a label is unknown, or no image is usable
 */
export async function ingestSource(options: IngestOptions): Promise<Artifact> {
  const { name, config, env } = options;
  const adapter = await adapterOf(config);
  const root = await resolveRoot(config.root, options.pipelineFolder, env);
  const pseudonyms = await pseudonymsOf(name, config, env);
  return concealingBugs(pseudonyms !== null, () => ingestNamed(options, { adapter, root, pseudonyms }));
}

/** A source found on this machine. */
interface FoundSource {
  readonly adapter: Adapter;
  readonly root: string;
  /** null where the source's ids are published */
  readonly pseudonyms: Pseudonyms | null;
}

async function ingestNamed(options: IngestOptions, source: FoundSource): Promise<Artifact> {
  const { name, config, settings, out, progress, clock } = options;
  const { adapter, pseudonyms } = source;
  const started = clock();
  const { listing, table } = await concealing(pseudonyms !== null, async () => {
    const found = await listSource(adapter, source.root, progress);
    return {
      listing: found,
      table: await adapter.parse(found.tables.map(({ path }) => tableFile(found.root, path))),
    };
  });
  const { root } = listing;
  for (const note of listing.notes) progress.log(`ingest ${name}: ${note}`);
  await beginArtifact(out);

  const files = namedFiles(listing, adapter, pseudonyms);
  const { cache, settings: readerSettings } = await openSourceCache(options, pseudonyms);
  const read = { options, locate: files.locate, settings: readerSettings, pseudonyms, cache };
  const plan = await concealing(pseudonyms !== null, () =>
    pairingPlan(files, table, { ...source, ...joinOf(config) }),
  );
  const { readings, kept, shards, filesRead, paired } = await readAndShard(read, plan);
  const closed = files.closed.map(({ path, denied }): Quarantined => ({ ref: path, ...deniedInput(denied) }));
  const quarantined = [...paired.quarantined, ...closed, ...readings.flatMap(rejection)];

  const regions = table.regions ?? [];
  const isPublished = pseudonyms === null;
  const tables = await writeTables(out, name, { kept, quarantined, regions, isPublished });
  const left = [...otherParts(quarantined, 'bodyParts' in config), ...contradictoryPatients(quarantined)];
  for (const line of left) progress.log(`ingest ${name}: ${line}`);
  // After the tables are written: --explain lists what is wrong with every input.
  const hints = paired.hints ?? [];
  if (kept.length === 0) throw nothingUsable(root, quarantined, hints);
  const counts = countsOf(listing, table, paired.matched, kept, quarantined);
  refuseRejections(
    rejectionsOf(kept, quarantined),
    kept.length + quarantined.length,
    config.maxRejected,
    'with --explain',
  );
  const facts = await factsOf(config, root);
  const artifact = await finishArtifact(
    out,
    {
      stage: 'ingest',
      inputs: {},
      config: { name, source: facts, settings },
      files: [...tables, ...shards.files],
      counts,
    },
    {
      ...runFacts(started, clock()),
      files_read: filesRead,
      ...countsOfOthers(listing.others),
      sharp: sharp.versions.sharp ?? '',
    },
  );
  await cache.settle(readings, shards.facts);
  progress.log(`ingest ${name}: ${counted(filesRead, 'file')} read, ${summaryOf(counts)}`);
  const ofTable = (table.doubts ?? []).map(({ text, concealed }) => (pseudonyms === null ? text : concealed));
  const unread = unreadViews(kept, { isPublished, isMapped: 'mapping' in config });
  const patients = ofPatients(config, adapter, kept);
  for (const doubt of [...ofTable, ...hints, ...doubtsOf(kept), ...unread, ...patients])
    progress.log(`ingest ${name}: ${doubt}`);
  return artifact;
}

/** What the catalog will say of the patients, as lines: it comes after hours of other sources. */
function ofPatients(
  { patientIds }: SourceConfig,
  { namesPatients }: Adapter,
  kept: readonly Kept[],
): string[] {
  if (patientIds === 'ignored') return [];
  const counts = patientCountsOf(lazily(kept, ({ row }) => row.patientId));
  const fault = patientFault(counts, { patientIds, namesPatients });
  return fault === null
    ? patientDoubts(counts)
    : [`${fault}: the catalog stops at that; ${PATIENT_IDS_CURE}`];
}

/** What became of images and rows, each counted apart: an image and its row are one record, or one that is quarantined. */
function summaryOf({ images, rows, pairs, records, quarantined }: InputCounts): string {
  const of = `${images - records} of ${counted(images, 'image')}, ${rows - pairs} of ${counted(rows, 'row')}`;
  return `${counted(records, 'record')}, ${quarantined} quarantined${quarantined === 0 ? '' : `: ${of}`}`;
}

/** The source as a manifest keeps it: what is only on this machine left out, and its own word that it is synthetic heard. */
async function factsOf(
  { root: _, phantom: __, ...source }: SourceConfig,
  root: string,
): Promise<SourceFacts> {
  return { ...source, synthetic: source.synthetic || (await isSynthetic(root)) };
}

/** Files of the source that are neither tables nor images: in the facts of the run, for none of them changes an artifact. */
function countsOfOthers(others: ReadonlyMap<string, number>): Record<string, number> {
  const counts = [...others].map(([kind, count]) => [`other_files.${kind}`, count] as const);
  return { other_files: counts.reduce((sum, [, count]) => sum + count, 0), ...Object.fromEntries(counts) };
}

function rejectionsOf(kept: readonly Kept[], quarantined: readonly Quarantined[]): Rejections {
  return countBy([...quarantined, ...repeatedFilms(kept)], ({ reason }) => reason);
}

function rejection(reading: Reading): Quarantined[] {
  if (reading.outcome === 'usable') return [];
  return [{ ref: reading.file.path, reason: reading.reason, detail: reading.detail }];
}

/** What pipeline.json says of how films and rows come together. */
function joinOf(config: SourceConfig): Required<Omit<FilmJoin, 'joinBy'>> {
  return {
    normalise: ('joinNormalise' in config ? config.joinNormalise : undefined) ?? [],
    views: 'mapping' in config ? config.mapping.views : {},
  };
}

/** Which files are to be read, and how they are brought together with their rows when they have been. */
interface PairingPlan {
  readonly files: readonly ListedFile[];
  readonly pair: (readings: readonly Reading[]) => Pairing;
}

async function pairingPlan(
  files: NamedFiles,
  table: ParsedTable,
  { adapter, pseudonyms, normalise, views }: FoundSource & ReturnType<typeof joinOf>,
): Promise<PairingPlan> {
  const { images, imageId } = files;
  const { joinBy, namesakeCure: cure } = adapter;
  if (joinBy !== undefined && pseudonyms)
    return filmPairing(images, table, { joinBy, normalise, views }, pseudonyms);
  // Once a file: of a private source each name is an HMAC.
  const filesOf = groupBy(images, ({ path }) => imageId(path));
  const names = {
    has: (name: string) => filesOf.has(pseudonyms ? pseudonyms.of('image', name) : name),
    normalise,
  };
  const renamed = { ...table, rows: renamedRows(table.rows, names) };
  const pairing = pairImages(filesOf, pseudonyms ? concealedRows(renamed, pseudonyms) : renamed, {
    hashes: await hashesOf(namesakesAmong(filesOf), files.locate),
    ...(cure !== undefined && { cure }),
  });
  return tablePairing({ ...pairing, hints: nearMatches(renamed.rows, names) });
}

const HASHES_AT_ONCE = 8;

async function hashesOf(
  files: readonly ListedFile[],
  locate: NamedFiles['locate'],
): Promise<ReadonlyMap<string, Sha256>> {
  const hashes = await mapParallel(files, HASHES_AT_ONCE, (file) => sha256File(locate(file)));
  return new Map(files.map(({ path }, i) => [path, hashes[i] as Sha256]));
}

/** The table names its images by their paths: only those that it names are read. What DICOM headers say is joined to it. */
function tablePairing(pairing: Pairing): PairingPlan {
  return {
    files: pairing.pairs.map(({ file }) => file),
    pair: (readings) => withHeaders(pairing, readings),
  };
}

/** The table names its images by what their headers hold: all that may be read are. */
function filmPairing(
  images: readonly ListedFile[],
  table: ParsedTable,
  join: FilmJoin,
  pseudonyms: Pseudonyms,
): PairingPlan {
  const aside = images.flatMap(({ path, denied }): Quarantined[] =>
    denied === undefined ? [] : [{ ref: path, ...deniedInput(denied) }],
  );
  return {
    files: images.filter((file) => !file.denied),
    pair: (readings) => {
      const pairing = pairFilms(readings, table, join, pseudonyms);
      return { ...pairing, quarantined: [...pairing.quarantined, ...aside] };
    },
  };
}

interface ReadOptions
  extends Pick<Parameters<typeof readMissing>[0], 'locate' | 'settings' | 'pseudonyms' | 'cache'> {
  readonly options: IngestOptions;
}

interface ReadResult {
  readonly readings: readonly Reading[];
  readonly paired: Pairing;
  readonly kept: readonly Kept[];
  readonly shards: WrittenShards;
  readonly filesRead: number;
}

/** Pixels that the cache promised may be lost (a shard deleted, a part damaged): then their images are read again. */
async function readAndShard(
  { options, cache, ...how }: ReadOptions,
  { files, pair }: PairingPlan,
): Promise<ReadResult> {
  const { name, store, progress, batch, openPool } = options;
  const isChecked = options.config.patientIds === 'checked';
  const lost = new Set<string>();
  let filesRead = 0;
  for (;;) {
    filesRead += await concealing(how.pseudonyms !== null, () =>
      readMissing({
        label: `ingest ${name}`,
        files,
        cache,
        progress,
        ...how,
        ...(batch === undefined ? {} : { batch }),
        ...(openPool === undefined ? {} : { openPool }),
      }),
    );
    const readings = files.map((file) => known(cache.find(file)));
    const paired = isChecked ? withoutContradictoryPatients(pair(readings)) : pair(readings);
    const kept = paired.pairs.flatMap((pair): Kept[] => {
      const reading = known(cache.find(pair.file));
      return reading.outcome === 'usable' ? [new Kept(pair.file, pair.row, reading)] : [];
    });
    try {
      return { readings, paired, kept, shards: await writeShards(kept, cache, store, progress), filesRead };
    } catch (error) {
      if (!(error instanceof LostHolder) || lost.has(error.sha256)) throw error;
      lost.add(error.sha256);
      await cache.forget(error.sha256);
    }
  }
}

function known(reading: Reading | undefined): Reading {
  if (!reading) throw new Error('a file has no reading after it was read');
  return reading;
}

function nothingUsable(
  root: string,
  quarantined: readonly Quarantined[],
  hints: readonly string[],
): UserError {
  return new UserError(
    'no image of the source can be used',
    root,
    [reasonsByKind(quarantined), ...hints, 'see which with --explain'].join('; '),
  );
}
