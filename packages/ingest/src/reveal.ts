import { silentProgress } from '@viewgap/contracts';
import { adapterOf } from './adapters/layouts.ts';
import { wordsOf } from './dicom/rejection.ts';
import { listSource } from './files/listing.ts';
import { namedFiles, pseudonymsOf } from './files/private-source.ts';
import { resolveRoot } from './files/root.ts';
import type { ListedFile } from './files/tree/listed-file.ts';
import type { IngestOptions } from './ingest.ts';
import { ReadPool } from './read/read-pool.ts';
import type { ReadingCache } from './read/reading-cache.ts';
import { openSourceCache } from './read/source-cache.ts';
import { groupBy } from './records/pairing.ts';
import type { SourceRow } from './tables/rows/adapter.ts';
import { tableFile } from './tables/source-table.ts';
import { shownTexts } from './tables/unread-texts.ts';

/** What stands behind the pseudonyms of a private source: for its owner, on a terminal alone. */
export interface Revealer {
  /** The text with the paths and ids that its pseudonyms stand for. */
  reveal(text: string): string;
  /** What a person should know of the tables, with the texts that they hold. */
  readonly doubts: readonly string[];
  /** The ids in a row of a label table, by its `<table>:<line>`; null where `ref` names no row. */
  row(ref: string): string | null;
  /** What a reader of the file says, with the words that it quotes; null where `ref` is no file's pseudonym. */
  words(ref: string): Promise<string | null>;
  close(): Promise<void>;
}

const PSEUDONYM = /\b[0-9a-f]{32}\b/g;

/**
 * Reads a source's listing and tables again, and knows by them who is who.
 * @throws UserError, with what it quotes, where they cannot be read
 */
export async function openRevealer(
  options: Pick<
    IngestOptions,
    'name' | 'config' | 'settings' | 'pipelineFolder' | 'env' | 'cacheDir' | 'store'
  >,
): Promise<Revealer> {
  const { name, config, pipelineFolder, env } = options;
  const adapter = await adapterOf(config);
  const root = await resolveRoot(config.root, pipelineFolder, env);
  const pseudonyms = await pseudonymsOf(name, config, env);
  const listing = await listSource(adapter, root, silentProgress);
  const table = await adapter.parse(listing.tables.map(({ path }) => tableFile(listing.root, path)));
  const { images, closed, locate, imageId, pathOf } = namedFiles(listing, adapter, pseudonyms);
  const { cache, settings } = await openSourceCache(options, pseudonyms);
  const originals = new Map<string, string>();
  if (pseudonyms) {
    for (const { imageId: id, patientId, studyId } of table.rows) {
      for (const kind of ['image', 'accession', 'path'] as const) originals.set(pseudonyms.of(kind, id), id);
      if (patientId !== null) originals.set(pseudonyms.of('patient', patientId), patientId);
      if (studyId !== null) originals.set(pseudonyms.of('study', studyId), studyId);
    }
    for (const { path } of [...images, ...closed]) {
      originals.set(imageId(path), pathOf(path) ?? path);
      originals.set(path, pathOf(path) ?? path);
    }
    // A film of a hospital's export is called by what its header says.
    for (const file of images) {
      const reading = cache.find(file);
      const film = reading?.outcome === 'usable' ? reading.film : null;
      if (film?.image) originals.set(film.image, pathOf(file.path) ?? file.path);
    }
  }
  const rows = new Map(table.rows.map((row) => [row.ref, rowText(row)]));
  const files = new Map(images.map((file) => [file.path, file]));
  const pool = new ReadPool({ settings, workers: 1 });
  return {
    reveal: (text) => text.replace(PSEUDONYM, (found) => originals.get(found) ?? found),
    doubts: [
      ...(table.doubts ?? []).map(({ text }) => text),
      ...(await unreadViews(images, { cache, pool, locate })),
    ],
    row: (ref) => rows.get(ref) ?? null,
    words: async (ref) => {
      const file = files.get(ref);
      if (file === undefined || file.denied) return null;
      const { image } = await pool.read(locate(file));
      return 'reason' in image ? wordsOf(image) : null;
    },
    close: () => pool.close(),
  };
}

/** Texts of headers that name no view, each from one of the films that have it. */
async function unreadViews(
  images: readonly ListedFile[],
  {
    cache,
    pool,
    locate,
  }: {
    readonly cache: ReadingCache;
    readonly pool: ReadPool;
    readonly locate: (file: ListedFile) => string;
  },
): Promise<string[]> {
  const films = images.flatMap((file) => {
    const reading = cache.find(file);
    const unread = reading?.outcome === 'usable' ? reading.film?.view.unread : null;
    return unread == null ? [] : [{ file, unread }];
  });
  const counts: [string, number][] = [];
  for (const [, [first, ...others]] of groupBy(films, ({ unread }) => unread)) {
    const { image } = await pool.read(locate((first as (typeof films)[number]).file));
    const text = 'film' in image ? image.film?.view.unread : null;
    if (text != null) counts.push([text, others.length + 1]);
  }
  const list = counts.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return list.length === 0 ? [] : [`texts of headers that name no view: ${shownTexts(list)}`];
}

function rowText({ imageId, patientId, studyId }: SourceRow): string {
  return [
    `image ${imageId}`,
    ...(patientId === null ? [] : [`patient ${patientId}`]),
    ...(studyId === null ? [] : [`study ${studyId}`]),
  ].join(', ');
}
