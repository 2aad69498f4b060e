import { readFileSync } from 'node:fs';
import {
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, decodeTable, openArtifact, SHARD, Store } from '@viewgap/artifacts';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  copyOfFixture,
  copyOfFolder,
  emptyFolder,
  FIXTURE,
  filesRead,
  ingest,
  quarantineOf,
  recordedProgress,
  recordsOf,
  SETTINGS,
  sharedData,
  temporaryFolder,
} from '../test/testing.ts';

const IMAGES = [
  '00000004_000',
  '00000013_000',
  '00000013_001',
  '00000013_025',
  '00000053_000',
  '00000061_013',
  '00000096_005',
  '00000143_000',
];
const TABLE = 'Data_Entry_2017_v2020.csv';
const manifestOf = (folder: string) => readFileSync(join(folder, 'manifest.json'), 'utf8');

/** What an ingest of the fixture leaves, which is read once; and of a copy of the fixture that lies inside. */
let finished: { readonly work: string; readonly artifact: Artifact };
let spoilt: { readonly work: string; readonly artifact: Artifact };
beforeAll(async () => {
  const [work, other] = [await emptyFolder(), await emptyFolder()];
  await cp(FIXTURE, join(work, 'nih'), { recursive: true });
  await spoil(join(other, 'nih'));
  const [artifact, ofSpoilt] = [await firstIngest(work), await firstIngest(other)];
  finished = { work, artifact };
  spoilt = { work: other, artifact: ofSpoilt };
  return () => Promise.all([work, other].map((folder) => rm(folder, { recursive: true })));
});

/** Files are as old as whole seconds: a copy would not keep what is finer. */
async function firstIngest(work: string): Promise<Artifact> {
  const root = join(work, 'nih');
  for (const name of await readdir(root, { recursive: true })) await utimes(join(root, name), 1000, 1000);
  return ingest(work, root);
}

/** A copy of what a finished ingest left, and of the source that it read, for a test to change. */
async function afterIngest(of = finished.work): Promise<{ work: string; root: string; artifact: Artifact }> {
  const work = await copyOfFolder(of);
  const store = new Store(join(work, 'store'));
  const artifact = await openArtifact(join(work, 'ingest'), 'ingest', { rebuild: '', store });
  return { work, root: join(work, 'nih'), artifact };
}

describe('an ingest of real radiographs', () => {
  test('has a record for each, with its row`s facts and labels', async () => {
    const { artifact } = finished;
    const records = await recordsOf(artifact);
    expect(records.map((record) => record.image_id)).toEqual(IMAGES.map((id) => `${id}.png`));
    expect(records[3]).toMatchObject({
      source: 'nih',
      patient_id: '00000013',
      study_id: null,
      view: 'PA',
      view_source: 'metadata',
      view_conflict: false,
      age_years: 56,
      sex: 'M',
      support_devices: null,
      width: 2992,
      height: 2991,
      label_set: 'report',
      overlays: null,
      no_finding: false,
    });
    expect(JSON.parse(String(records[3]?.labels))).toEqual({
      present: ['Cardiomegaly', 'Infiltration', 'Mass', 'Nodule'],
      others: 'absent',
    });
    expect(records[7]).toMatchObject({ age_years: 90, no_finding: true });
    expect(artifact.manifest.counts).toEqual({
      images: 8,
      rows: 8,
      pairs: 8,
      records: 8,
      quarantined: 0,
      'view.AP': 4,
      'view.PA': 4,
    });
  });

  test('has one view in a shard, and each record finds its own pixels there', async () => {
    const { work, artifact } = finished;
    const shards = artifact.manifest.files.filter(({ kind }) => kind === 'store');
    expect(shards.map(({ path, rows }) => [path, rows])).toEqual([
      ['AP/part-00000.arrow', 4],
      ['PA/part-00000.arrow', 4],
    ]);
    const store = new Store(join(work, 'store'));
    for (const record of await recordsOf(artifact)) {
      const shard = shards.find(({ sha256 }) => sha256 === record.shard);
      expect(shard?.path.startsWith(`${record.view}/`)).toBe(true);
      const table = decodeTable(SHARD, await store.get(record.shard as string), 'shard');
      const row = table.get(record.row as number);
      expect(row?.image_id).toBe(record.image_id);
      const { width, height, channels } = await sharp(row?.image as Uint8Array).metadata();
      expect([width, height, channels]).toEqual([32, 32, 1]);
    }
    await openArtifact(artifact.folder, 'ingest', { rebuild: '', store, verify: true });
  });

  test('has a manifest that names no folder, clock or host, the same for a copy elsewhere', async () => {
    const { work: one, artifact: first } = finished;
    const two = await temporaryFolder();
    const copy = await copyOfFixture();
    await mkdir(join(copy, 'images_001'));
    await rename(join(copy, 'images'), join(copy, 'images_001/images'));
    const second = await ingest(two, copy, { clock: () => new Date(0), batch: 3 });
    expect(manifestOf(second.folder)).toBe(manifestOf(first.folder));
    for (const word of [copy, one, '2026']) expect(manifestOf(first.folder)).not.toContain(word);
    expect(first.manifest.config).toEqual({
      name: 'nih',
      source: {
        adapter: 'nih-chestxray14',
        role: 'train',
        synthetic: false,
        split: 'official',
        overlays: [],
        maxRejected: {},
        patientIds: 'checked',
      },
      settings: SETTINGS,
    });
  });
});

/** Writes a copy of the fixture with one of everything that can be wrong with it. */
async function spoil(root: string): Promise<void> {
  await cp(FIXTURE, root, { recursive: true });
  const image = (id: string) => join(root, `images/${id}.png`);
  await truncate(image('00000004_000'), 2000);
  await writeFile(image('00000013_000'), 'not an image');
  const grey = new Uint8Array(64 * 64).fill(128);
  const flat = await sharp(grey, { raw: { width: 64, height: 64, channels: 1 } })
    .png()
    .toBuffer();
  await writeFile(image('00000013_001'), flat);
  await rm(image('00000053_000'));
  await copyFile(image('00000143_000'), image('00000143_001'));
  await mkdir(join(root, 'images_001'));
  await copyFile(image('00000143_000'), join(root, 'images_001/00000143_000.png'));
  const text = await readFile(join(root, TABLE), 'utf8');
  const lines = text.trimEnd().split('\n');
  const more = ['../../secret.png,No Finding,0,1,50,M,PA,1,1,1,1', lines.at(-1), 'cut'];
  await writeFile(join(root, TABLE), [...lines, ...more, ''].join('\n'));
}

describe('an ingest of a spoilt source', () => {
  test('puts every input into the records or into the quarantine, with its reason', async () => {
    const { artifact } = spoilt;
    const quarantine = await quarantineOf(artifact);
    expect(quarantine.map(({ source, ref, reason }) => [source, reason, ref])).toEqual([
      ['nih', 'bad-row', `${TABLE}:10`],
      ['nih', 'bad-row', `${TABLE}:12`],
      ['nih', 'constant', 'images/00000013_001.png'],
      ['nih', 'duplicate-file', 'images_001/00000143_000.png'],
      ['nih', 'duplicate-row', `${TABLE}:11`],
      ['nih', 'no-image', `${TABLE}:6`],
      ['nih', 'no-label-row', 'images/00000143_001.png'],
      ['nih', 'truncated', 'images/00000004_000.png'],
      ['nih', 'unreadable', 'images/00000013_000.png'],
    ]);
    const { images = 0, rows = 0, pairs = 0, records = 0, quarantined = 0 } = artifact.manifest.counts;
    expect({ images, rows, pairs, records, quarantined }).toEqual({
      images: 9,
      rows: 11,
      pairs: 7,
      records: 4,
      quarantined: 9,
    });
    expect(images + rows - pairs).toBe(records + quarantined);
  });

  test('remembers what cannot be used, too', async () => {
    const { work, root, artifact: first } = await afterIngest(spoilt.work);
    const manifest = manifestOf(first.folder);
    expect(await filesRead(first)).toBe(7);
    const again = await ingest(work, root);
    expect(await filesRead(again)).toBe(0);
    expect(manifestOf(again.folder)).toBe(manifest);
  });

  test('without one usable image is an error that counts the reasons', async () => {
    const root = await copyOfFixture();
    for (const id of IMAGES) await writeFile(join(root, `images/${id}.png`), '');
    await expect(ingest(await temporaryFolder(), root)).rejects.toThrow(
      /^no image of the source can be used: .* \(8 files: 8 truncated; see which with --explain\)$/,
    );
  });

  test('whose table lacks a column leaves the last artifact as it was', async () => {
    const {
      work,
      root,
      artifact: { folder },
    } = await afterIngest();
    const before = manifestOf(folder);
    const text = await readFile(join(root, TABLE), 'utf8');
    await writeFile(join(root, TABLE), text.replace('View Position', 'Position'));
    await expect(ingest(work, root)).rejects.toThrow(`no column "View Position": ${TABLE} (`);
    expect(manifestOf(folder)).toBe(before);
  });
});

describe('a second run', () => {
  test('reads no image when nothing changed, and gives the same bytes', async () => {
    const { work, root, artifact: first } = await afterIngest();
    const manifest = manifestOf(first.folder);
    const lines: string[] = [];
    const second = await ingest(work, root, { progress: recordedProgress(lines) });
    expect(await filesRead(second)).toBe(0);
    expect(lines.at(-1)).toBe('ingest nih: 0 files read, 8 records, 0 quarantined');
    expect(manifestOf(second.folder)).toBe(manifest);
  });

  test('reads a new image alone, and gives what a first run would', async () => {
    const [work, root] = [await temporaryFolder(), await copyOfFixture()];
    const image = join(root, 'images/00000013_025.png');
    await rename(image, join(root, 'later.bin'));
    await ingest(work, root);
    await rename(join(root, 'later.bin'), image);
    const lines: string[] = [];
    const second = await ingest(work, root, { progress: recordedProgress(lines) });
    expect(await filesRead(second)).toBe(1);
    expect(lines.at(-1)).toBe('ingest nih: 1 file read, 8 records, 0 quarantined');
    expect(manifestOf(second.folder)).toBe(manifestOf(finished.artifact.folder));
  });

  test('reads a changed image alone', async () => {
    const { work, root } = await afterIngest();
    await utimes(join(root, 'images/00000053_000.png'), 1, 1);
    expect(await filesRead(await ingest(work, root))).toBe(1);
  });

  test('reads an image alone that was replaced by one of its size and time', async () => {
    const { work, root } = await afterIngest();
    const path = join(root, 'images/00000053_000.png');
    const bytes = await readFile(path);
    const { atime, mtime } = await stat(path);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(path, bytes);
    await utimes(path, atime, mtime);
    expect(await filesRead(await ingest(work, root))).toBe(1);
  });

  test('reads nothing when only the table changed, and moves the images to the other view`s shards', async () => {
    const { work, root } = await afterIngest();
    const text = await readFile(join(root, TABLE), 'utf8');
    await writeFile(
      join(root, TABLE),
      text.replace(/,(AP|PA),/g, (view) => (view === ',AP,' ? ',PA,' : ',AP,')),
    );
    const artifact = await ingest(work, root);
    expect(await filesRead(artifact)).toBe(0);
    expect((await recordsOf(artifact))[0]).toMatchObject({ image_id: '00000004_000.png', view: 'PA' });
    expect(manifestOf(artifact.folder)).toBe(
      manifestOf((await ingest(await temporaryFolder(), root)).folder),
    );
  });

  test('reads all again for another size', async () => {
    const { work, root } = await afterIngest();
    const larger = await ingest(work, root, {
      settings: { ...SETTINGS, size: 48 },
    });
    expect(await filesRead(larger)).toBe(8);
  });

  test('keeps no pixels beside the store, and no debris', async () => {
    const work = await temporaryFolder();
    await mkdir(join(work, 'cache'));
    await writeFile(join(work, 'cache/.tmp-1-x'), 'debris');
    await ingest(work, FIXTURE);
    const [name, ...others] = await readdir(join(work, 'cache'));
    expect(others).toEqual([]);
    expect((await readFile(join(work, 'cache', name as string))).length).toBeLessThan(10_000);
  });
});

describe('damage', () => {
  test('of the cache costs time only', async () => {
    const { work, root, artifact: first } = await afterIngest();
    const manifest = manifestOf(first.folder);
    const [name] = await readdir(join(work, 'cache'));
    const path = join(work, 'cache', name as string);
    const bytes = await readFile(path);
    bytes[bytes.length / 2] = (bytes[bytes.length / 2] ?? 0) ^ 1;
    await writeFile(path, bytes);
    await writeFile(join(work, 'cache', `${'0'.repeat(64)}.arrow`), 'nonsense');
    const second = await ingest(work, root);
    expect(await filesRead(second)).toBe(8);
    expect(manifestOf(second.folder)).toBe(manifest);
  });

  test.each(['lost', 'cut', 'changed'])(
    'of a shard that is %s: its images alone are read again',
    async (how) => {
      const { work, root, artifact: first } = await afterIngest();
      const manifest = manifestOf(first.folder);
      const store = new Store(join(work, 'store'));
      const shard = first.manifest.files.find(({ path }) => path.startsWith('PA/'))?.sha256 ?? '';
      const bytes = await store.get(shard);
      if (how === 'lost') await rm(store.path(shard));
      if (how === 'cut') await truncate(store.path(shard), 100);
      if (how === 'changed') await writeFile(store.path(shard), Buffer.from(bytes).fill(9, 1000, 1001));
      const second = await ingest(work, root);
      expect(await filesRead(second)).toBe(4);
      expect(manifestOf(second.folder)).toBe(manifest);
      expect((await store.get(shard)).equals(bytes)).toBe(true);
    },
  );
});

const originals = sharedData('nih-1024');
test.skipIf(originals === null)(
  '60 originals of 1024 pixels (skipped where ../shared is absent)',
  async () => {
    const artifact = await ingest(await temporaryFolder(), originals as string, {
      settings: { ...SETTINGS, size: 64 },
    });
    // of the csv itself, by grep
    expect(artifact.manifest.counts).toMatchObject({
      records: 60,
      quarantined: 0,
      'view.PA': 51,
      'view.AP': 9,
    });
  },
);
