import { createReadStream, existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { type Artifact, QUARANTINE, RECORDS, readTable, Store } from '@viewgap/artifacts';
import type { IngestConfig, Progress, SourceConfig } from '@viewgap/contracts';
import { onTestFinished } from 'vitest';
import { type IngestOptions, ingestSource } from '../src/ingest.ts';
import { type PoolOptions, ReadPool } from '../src/read/read-pool.ts';
import type { SourceTable } from '../src/tables/rows/adapter.ts';

/** Eight real radiographs with their rows. */
export const FIXTURE = fileURLToPath(new URL('../fixtures/nih', import.meta.url));
/** 548 real radiographs of 256 pixels, named like NIH's. */
export const SAMPLE = fileURLToPath(new URL('../../../pipelines/nih-sample/images', import.meta.url));
export const SETTINGS: IngestConfig = { size: 32, geometry: 'stretch', encoding: 'png', minEdge: 32 };
export const CLOCK = () => new Date('2026-01-02T03:04:05Z');

/** What pipeline.json's defaults make of a source in NIH's layout. */
export function nihConfig(
  root: string,
  changes: Partial<SourceConfig> = {},
): Extract<SourceConfig, { adapter: 'nih-chestxray14' }> {
  const defaults = {
    role: 'train',
    synthetic: false,
    split: 'official',
    overlays: [],
    maxRejected: {},
    patientIds: 'checked',
  } as const;
  return { ...defaults, overlays: [], ...changes, adapter: 'nih-chestxray14', root };
}

/** A table that a test writes. */
export function textTable(path: string, text: string): SourceTable {
  return {
    path,
    bytes: async function* () {
      yield Buffer.from(text);
    },
  };
}

/** A table as its data set publishes it, under the name that its users know. */
export function publishedTable(file: string, path: string): SourceTable {
  return { path, bytes: () => createReadStream(file).pipe(createGunzip()) };
}

/** How many rows each value has. */
export function tally<Item>(items: Iterable<Item>, of: (item: Item) => unknown): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) {
    const value = String(of(item));
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

/** A file of the data that lie beside a developer's checkout, or null where they do not. */
export function sharedData(path: string): string | null {
  const full = fileURLToPath(new URL(`../../../../shared/data/${path}`, import.meta.url));
  return existsSync(full) ? full : null;
}

export const emptyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'viewgap-ingest-'));

/** An empty folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await emptyFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a folder that the test may change, its files as old as they are. */
export async function copyOfFolder(from: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(from, folder, { recursive: true, preserveTimestamps: true });
  return folder;
}

/** A copy of the fixture that the test may change. */
export async function copyOfFixture(): Promise<string> {
  const root = join(await temporaryFolder(), 'nih');
  await cp(FIXTURE, root, { recursive: true });
  return root;
}

const pools = new Map<string, ReadPool>();

/** One thread for each settings, which stays for the next source: its start takes longer than a test's films. */
function keptPool({ settings }: PoolOptions): Pick<ReadPool, 'read' | 'close'> {
  const key = JSON.stringify(settings);
  const pool = pools.get(key) ?? new ReadPool({ settings, workers: 1 });
  pools.set(key, pool);
  return { read: (path) => pool.read(path), close: async () => {} };
}

/** Ingest with the test's settings; all it writes goes below `work`. */
export function ingest(work: string, root: string, changes: Partial<IngestOptions> = {}): Promise<Artifact> {
  return ingestSource({
    name: 'nih',
    config: nihConfig(root),
    settings: SETTINGS,
    pipelineFolder: work,
    env: {},
    out: join(work, 'ingest'),
    cacheDir: join(work, 'cache'),
    store: new Store(join(work, 'store')),
    progress: recordedProgress([]),
    clock: CLOCK,
    openPool: keptPool,
    ...changes,
  });
}

/** A progress that collects what it is told to show. */
export function recordedProgress(lines: string[]): Progress {
  return {
    start: (label) => ({
      update: () => {},
      finish: (note) => lines.push(`${label}: ${note}`),
    }),
    log: (line) => lines.push(line),
  };
}

export type Row = Readonly<Record<string, unknown>>;

export async function recordsOf({ folder }: Artifact): Promise<Row[]> {
  return (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray().map((row) => row.toJSON());
}

export async function quarantineOf({ folder }: Artifact): Promise<Row[]> {
  return (await readTable(QUARANTINE, join(folder, 'quarantine.arrow'))).toArray().map((row) => row.toJSON());
}

/** How many files the run that wrote this artifact read. */
export async function filesRead({ folder }: Artifact): Promise<number> {
  const run = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as { files_read: number };
  return run.files_read;
}
