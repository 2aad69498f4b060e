import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256File } from '@viewgap/artifacts';
import { type SourceConfig, type SourceFacts, silentProgress, sourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { adapterOf } from '../src/adapters/layouts.ts';
import { listSource } from '../src/files/listing.ts';
import { namedFiles } from '../src/files/private-source.ts';
import { groupBy, namesakesAmong, pairImages } from '../src/records/pairing.ts';
import { tableFile } from '../src/tables/source-table.ts';
import { drawnFilm } from './dicom-file.ts';
import {
  FIXTURE,
  ingest,
  quarantineOf,
  type Row,
  recordedProgress,
  recordsOf,
  tally,
  temporaryFolder,
} from './testing.ts';

export const FILMS = [
  '00000004_000',
  '00000013_000',
  '00000013_001',
  '00000013_025',
  '00000053_000',
  '00000061_013',
];

/** A data set as a test unpacks it: each file by its path, films by numbers. */
export type Files = Readonly<Record<string, string | Buffer | number>>;

export async function unpack(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await (typeof content === 'number' ? writeFilm(file, content) : writeFile(file, content));
  }
}

/** A real radiograph in the format of its suffix; DICOM is drawn. */
async function writeFilm(file: string, film: number): Promise<void> {
  const original = join(FIXTURE, 'images', `${FILMS[film]}.png`);
  if (file.endsWith('.png')) await copyFile(original, file);
  else if (file.endsWith('.jpg')) await sharp(original).jpeg().toFile(file);
  else await writeFile(file, drawnFilm({ SOPInstanceUID: `1.2.3.${film + 1}`, PatientID: `P${film}` }, film));
}

export interface Read {
  readonly records: readonly Row[];
  readonly ids: readonly unknown[];
  readonly reasons: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
}

export async function read(root: string, config: object): Promise<Read> {
  const work = await temporaryFolder();
  const lines: string[] = [];
  const artifact = await ingest(work, root, {
    config: sourceConfig.parse({ root, ...config }) as SourceConfig,
    env: { VIEWGAP_KEYS: join(work, 'keys') },
    progress: recordedProgress(lines),
  });
  const records = await recordsOf(artifact);
  return {
    records,
    ids: records.map((record) => record.image_id),
    reasons: tally(await quarantineOf(artifact), ({ reason }) => reason),
    lines: lines.filter((line) => line.startsWith('ingest ')),
  };
}

export async function readFiles(config: object, files: Files, below = ''): Promise<Read> {
  const root = await temporaryFolder();
  await unpack(join(root, below), files);
  return read(root, config);
}

/** The same without reading an image: what a layout makes of a folder, which images have a row, and why others have none. */
export async function pairFiles(
  settings: object,
  files: Files,
  below = '',
): Promise<Pick<Read, 'ids' | 'reasons' | 'lines'>> {
  const root = await temporaryFolder();
  await unpack(join(root, below), files);
  const { root: _, ...facts } = sourceConfig.parse({ root, ...settings });
  const adapter = await adapterOf(facts as SourceFacts);
  const listing = await listSource(adapter, root, silentProgress);
  const table = await adapter.parse(listing.tables.map(({ path }) => tableFile(listing.root, path)));
  const { images, imageId, locate } = namedFiles(listing, adapter, null);
  const filesOf = groupBy(images, ({ path }) => imageId(path));
  const hashes = new Map(
    await Promise.all(
      namesakesAmong(filesOf).map(async (file) => [file.path, await sha256File(locate(file))] as const),
    ),
  );
  const { pairs, quarantined } = pairImages(filesOf, table, { hashes });
  return {
    ids: pairs.map(({ row }) => row.imageId),
    reasons: tally(quarantined, ({ reason }) => reason),
    lines: listing.notes,
  };
}
