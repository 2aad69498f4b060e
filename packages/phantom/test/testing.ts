import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, QUARANTINE, RECORDS, readTable, Store } from '@viewgap/artifacts';
import {
  ingestConfig,
  type PhantomConfig,
  phantomConfig,
  type SourceConfig,
  silentProgress,
  sourceConfig,
} from '@viewgap/contracts';
import { ingestSource } from '@viewgap/ingest';
import { onTestFinished } from 'vitest';
import { writePhantom } from '../src/write-phantom.ts';

export const CLOCK = () => new Date('2026-01-02T03:04:05Z');

/** An empty folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-phantom-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Small films, so that tests are fast. */
export function phantomOf(changes: Readonly<Record<string, unknown>> = {}): PhantomConfig {
  return phantomConfig.parse({ images: 24, size: 64, ...changes });
}

const ANSWERS = { 유: 1, 무: 0, 미상: null } as const;

/** A table of a hospital in words that are not ours. */
export const MAPPING = {
  image: '검사번호',
  labels: {
    CSN: { columns: ['경화'], values: ANSWERS },
    PTX: { columns: ['기흉'], values: ANSWERS },
    NDL: { columns: ['결절', '종괴'], values: ANSWERS },
    FIB: { columns: ['섬유화'], values: ANSWERS },
    PEF: { columns: ['흉수'], values: ANSWERS },
  },
};

/** A source with the defaults of pipeline.json. */
export function sourceOf(
  adapter: SourceConfig['adapter'],
  root: string,
  changes: Readonly<Record<string, unknown>> = {},
): SourceConfig {
  const tables = {
    'dicom-folder': { table: 'labels.tsv', mapping: MAPPING, joinBy: 'AccessionNumber' },
    'png-folder': { table: 'labels.csv', mapping: { ...MAPPING, imageIs: 'stem' }, public: true },
  };
  return sourceConfig.parse({
    adapter,
    root,
    ...(adapter in tables ? tables[adapter as keyof typeof tables] : {}),
    ...changes,
  });
}

/** Writes a source's phantoms to its root. */
export function write(source: SourceConfig, phantom: PhantomConfig): Promise<number> {
  return writePhantom({ source, phantom, out: source.root, progress: silentProgress });
}

/** What the real ingest makes of a source; its artifact lies in `work`/<name>. */
export function ingest(work: string, name: string, config: SourceConfig): Promise<Artifact> {
  return ingestSource({
    name,
    config,
    settings: ingestConfig.parse({ size: 32, minEdge: 32 }),
    pipelineFolder: work,
    env: { VIEWGAP_KEYS: join(work, 'keys') },
    out: join(work, name),
    cacheDir: join(work, 'cache', name),
    store: new Store(join(work, 'store')),
    progress: silentProgress,
    clock: CLOCK,
  });
}

export type Row = Readonly<Record<string, unknown>>;

export async function recordsOf({ folder }: Artifact): Promise<Row[]> {
  return (await readTable(RECORDS, join(folder, 'records.arrow'))).toArray().map((row) => row.toJSON());
}

/** How many inputs are not used for each reason. */
export async function lossesOf({ folder }: Artifact): Promise<Record<string, number>> {
  const rows = (await readTable(QUARANTINE, join(folder, 'quarantine.arrow'))).toArray();
  const counts: Record<string, number> = {};
  for (const { reason } of rows) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

export async function textOf(...path: string[]): Promise<string> {
  return readFile(join(...path), 'utf8');
}
