import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, openArtifact, Store } from '@viewgap/artifacts';
import { beforeAll, describe, expect, test } from 'vitest';
import { build, CONFIG, type Film, query, RADIOGRAPHS, source } from '../../test/catalog-fixture.ts';
import {
  copyOfFolder,
  emptyFolder,
  FIXTURE,
  ingest,
  SETTINGS,
  sharedData,
  temporaryFolder,
} from '../../test/testing.ts';
import type { BuildCatalogOptions } from './catalog.ts';

/** A folder in which the fixture is ingested and has a catalog, which is done once. */
let finished: string;
let catalog: Artifact;
beforeAll(async () => {
  finished = await emptyFolder();
  await ingest(finished, FIXTURE);
  catalog = await fixtureCatalog(finished);
  return () => rm(finished, { recursive: true });
});

const fixtureCatalog = (work: string, changes: Partial<BuildCatalogOptions> = {}): Promise<Artifact> =>
  build(work, { nih: join(work, 'ingest') }, changes);

describe('the catalog of one source', () => {
  test('has its images with canonical patients, and a label for each finding', async () => {
    const images = await query(
      catalog,
      'select image_id, patient_id, view, role, age_years from images order by all',
    );
    expect(images).toHaveLength(8);
    expect(images[1]).toEqual({
      image_id: '00000013_000.png',
      patient_id: 'nih:00000013',
      view: 'PA',
      role: 'train',
      age_years: 60,
    });
    const labels = await query(
      catalog,
      `select finding, label from labels where image_id = '00000061_013.png' order by 1`,
    );
    expect(labels.map(({ finding, label }) => [finding, label])).toEqual([
      ['CSN', 0],
      ['FIB', 1],
      ['NDL', 0],
      ['PEF', 1],
      ['PTX', 0],
    ]);
    expect(await query(catalog, 'select count(*)::int as n from labels')).toEqual([{ n: 40 }]);
  });

  test('keeps each patient in one split', async () => {
    const splits = await query(
      catalog,
      'select patient_id, count(distinct split)::int as n from images group by 1',
    );
    expect(splits).toHaveLength(6);
    expect(splits.every(({ n }) => n === 1)).toBe(true);
  });

  test('tells the participant flow, whose numbers add up', async () => {
    const flow = await query(catalog, 'select * from flow order by step');
    expect(
      flow
        .slice(0, 8)
        .map(({ step, source, name, images, patients }) => [step, source, name, images, patients]),
    ).toEqual([
      [1, 'nih', 'rows of the label table', 8, null],
      [2, 'nih', 'image files', 8, null],
      [3, 'nih', 'image files with a row', 8, null],
      [4, 'nih', 'records', 8, 6],
      [5, 'nih', 'not used: duplicate-image', 0, null],
      [6, 'nih', 'used', 8, 6],
      [7, 'nih', 'view AP', 4, 4],
      [8, 'nih', 'view PA', 4, 3],
    ]);
    const splits = flow.filter(({ name }) => (name as string).startsWith('split'));
    expect(splits.reduce((sum, { images }) => sum + (images as number), 0)).toBe(8);
    expect(splits.reduce((sum, { patients }) => sum + (patients as number), 0)).toBe(6);
  });

  test('has the same manifest every time, and another one for another seed', async () => {
    const work = await copyOfFolder(finished);
    const first = await fixtureCatalog(work);
    const manifest = await readFile(join(first.folder, 'manifest.json'), 'utf8');
    const again = await fixtureCatalog(work, { clock: () => new Date(0) });
    expect(await readFile(join(again.folder, 'manifest.json'), 'utf8')).toBe(manifest);
    const other = await fixtureCatalog(work, { config: { ...CONFIG, seed: 1 } });
    expect(other.manifest.files[0]?.sha256).not.toBe(first.manifest.files[0]?.sha256);
  });

  test('names its inputs and the shards it needs, and leaves one file beside the manifest', async () => {
    expect(Object.keys(catalog.manifest.inputs)).toEqual(['ingest/nih']);
    expect(catalog.manifest.config).toEqual({
      catalog: CONFIG,
      // those of the layouts that it has, and no titles: no other is a cause to train again
      findings: [
        { code: 'CSN', labels: { 'nih-chestxray14': ['Consolidation'] } },
        { code: 'PTX', labels: { 'nih-chestxray14': ['Pneumothorax'] } },
        { code: 'NDL', labels: { 'nih-chestxray14': ['Mass', 'Nodule'] } },
        { code: 'FIB', labels: { 'nih-chestxray14': ['Fibrosis'] } },
        { code: 'PEF', labels: { 'nih-chestxray14': ['Effusion'] } },
      ],
      images: SETTINGS,
      sources: { nih: { role: 'train', synthetic: false } },
    });
    expect(catalog.manifest.files.map(({ kind, path }) => [kind, path])).toEqual([
      ['duckdb', 'catalog.duckdb'],
      ['store', 'nih/AP/part-00000.arrow'],
      ['store', 'nih/PA/part-00000.arrow'],
    ]);
    expect((await readdir(catalog.folder)).sort()).toEqual(['catalog.duckdb', 'manifest.json', 'run.json']);
    const store = new Store(join(finished, 'store'));
    await openArtifact(catalog.folder, 'catalog', { rebuild: '', store, verify: true });
  });

  test('has what ingest could not use', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', [
      { of: '00000004_000', name: 'a', patient: 1 },
      { of: '00000013_000', name: 'b', patient: 2 },
    ]);
    const root = join(work, 'sources/nih');
    await rm(join(root, 'images/b.png'));
    await ingest(work, root, { name: 'nih', out: nih, cacheDir: join(work, 'cache/nih') });
    const catalog = await build(work, { nih });
    expect(await query(catalog, 'select * from quarantine')).toEqual([
      { source: 'nih', ref: 'Data_Entry.csv:3', reason: 'no-image', detail: 'b.png' },
    ]);
    const [flow] = await query(catalog, `select images, note from flow where name = 'not used: no-image'`);
    expect(flow).toEqual({ images: 1, note: 'a row of the label table without an image' });
  });
});

describe('a repeated image in a source', () => {
  test('is used once, and whoever shares it is one patient', async () => {
    const work = await temporaryFolder();
    const nih = await source(
      work,
      'nih',
      [
        { of: '00000004_000', name: 'a', patient: 7 },
        { of: '00000004_000', name: 'b', patient: 3, labels: 'Mass' },
        { of: '00000004_000', name: 'c', patient: 7, rewritten: true },
        { of: '00000013_000', name: 'd', patient: 7 },
        { of: '00000053_000', name: 'e', patient: 9 },
      ],
      { patientIds: 'as-given' },
    );
    const catalog = await build(work, { nih });
    expect(await query(catalog, 'select image_id, patient_id from images order by 1')).toEqual([
      { image_id: 'a.png', patient_id: 'nih:00000003' },
      { image_id: 'd.png', patient_id: 'nih:00000003' },
      { image_id: 'e.png', patient_id: 'nih:00000009' },
    ]);
    expect(await query(catalog, 'select ref, reason, detail from quarantine order by 1')).toEqual([
      { ref: 'b.png', reason: 'duplicate-image', detail: 'same file as a.png, other labels' },
      { ref: 'c.png', reason: 'duplicate-image', detail: 'same pixels as a.png' },
    ]);
    const flow = await query(
      catalog,
      `select name, images, patients from flow where step between 4 and 6 order by step`,
    );
    expect(flow).toEqual([
      { name: 'records', images: 5, patients: 2 },
      { name: 'not used: duplicate-image', images: 2, patients: null },
      { name: 'used', images: 3, patients: 2 },
    ]);
  });
});

describe('several sources', () => {
  test('for training that share an image keep it in one split, and say so', async () => {
    const work = await temporaryFolder();
    const films = RADIOGRAPHS.map((of, i): Film => ({ of, name: `n${i}`, patient: i }));
    const one = await source(work, 'one', films);
    const two = await source(
      work,
      'two',
      films.map((film) => ({ ...film, name: `x${film.name}`, patient: film.patient + 50 })),
    );
    const catalog = await build(work, { two, one });
    const overlap = await query(catalog, 'select * from overlap order by kind, image_a');
    expect(overlap).toHaveLength(10);
    expect(overlap[0]).toMatchObject({
      kind: 'film',
      source_a: 'one',
      image_a: 'n0.png',
      source_b: 'two',
      image_b: 'xn0.png',
    });
    expect(overlap.every((row) => row.split_a === row.split_b && row.action === 'kept, same split')).toBe(
      true,
    );
    const [all] = await query(
      catalog,
      `select images, patients from flow where source = 'all' and name = 'used'`,
    );
    expect(all).toEqual({ images: 10, patients: 5 });
  });

  test('one of them external: an image in both stops the catalog, with the pair', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', [
      { of: '00000004_000', name: 'a', patient: 1 },
      { of: '00000013_000', name: 'b', patient: 2 },
    ]);
    const det = await source(
      work,
      'det',
      [
        { of: '00000004_000', name: 'z', patient: 77, rewritten: true },
        { of: '00000053_000', name: 'y', patient: 78 },
      ],
      { role: 'external' },
    );
    await expect(build(work, { nih, det })).rejects.toThrow(
      'an external set shares films or patients with a training set: det and nih: 1 films, 0 by their look, ' +
        '1 patients; film det/z.png = nih/a.png; patient det/z.png = nih/a.png (all of them in ',
    );
    expect(await readdir(join(work, 'catalog'))).toEqual(['overlap.csv']);
    expect(await readFile(join(work, 'catalog/overlap.csv'), 'utf8')).toBe(
      'kind,source_a,image_a,split_a,source_b,image_b,split_b,correlation,action\n' +
        'film,det,z.png,external,nih,a.png,train,,refused\npatient,det,z.png,external,nih,a.png,train,,refused\n',
    );
  });

  test('one of them external: a patient in both stops the catalog, for NIH`s ids are one namespace', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', [{ of: '00000004_000', name: 'a', patient: 1 }]);
    const det = await source(work, 'det', [{ of: '00000013_000', name: 'z', patient: 1 }], {
      role: 'external',
    });
    await expect(build(work, { nih, det })).rejects.toThrow(
      'det and nih: 0 films, 0 by their look, 1 patients; patient det/z.png',
    );
  });

  test('with nothing in common: external images are of split external', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', [{ of: '00000004_000', name: 'a', patient: 1 }]);
    const det = await source(work, 'det', [{ of: '00000013_000', name: 'z', patient: 2 }], {
      role: 'external',
    });
    const catalog = await build(work, { nih, det });
    expect(await query(catalog, `select image_id from images where split = 'external'`)).toEqual([
      { image_id: 'z.png' },
    ]);
    expect(await query(catalog, 'select * from overlap')).toEqual([]);
  });

  test('both external may share patients, and the table says so', async () => {
    const work = await temporaryFolder();
    const one = await source(work, 'one', [{ of: '00000004_000', name: 'a', patient: 1 }], {
      role: 'external',
    });
    const two = await source(work, 'two', [{ of: '00000013_000', name: 'z', patient: 1 }], {
      role: 'external',
    });
    const catalog = await build(work, { one, two });
    expect(await query(catalog, 'select kind, action from overlap')).toEqual([
      { kind: 'patient', action: 'kept, both external' },
    ]);
  });

  test('of different sizes cannot be brought together', async () => {
    const work = await temporaryFolder();
    const nih = await source(work, 'nih', [{ of: '00000004_000', name: 'a', patient: 1 }]);
    const { folder } = await ingest(work, FIXTURE, {
      settings: { ...SETTINGS, size: 48 },
    });
    await expect(build(work, { nih, other: folder })).rejects.toThrow(
      'sources with different settings of ingest',
    );
  });
});

test('a source that is not ingested, or lost its shards, names the command', async () => {
  const work = await temporaryFolder();
  await expect(build(work, { nih: join(work, 'nothing') })).rejects.toThrow(
    /no finished ingest artifact: .*\(run ingest of nih\)/,
  );
  const nih = await source(work, 'nih', [{ of: '00000004_000', name: 'a', patient: 1 }]);
  await rm(join(work, 'store'), { recursive: true });
  await expect(build(work, { nih })).rejects.toThrow('(run ingest of nih --skip-nx-cache)');
});

const sample = sharedData('nih-256');
test.skipIf(sample === null)('892 real radiographs (skipped where ../shared is absent)', async () => {
  const work = await temporaryFolder();
  const { folder } = await ingest(work, sample as string);
  const catalog = await build(work, { nih: folder });
  // of the data's own description
  expect(catalog.manifest.counts).toMatchObject({
    images: 892,
    patients: 712,
    'view.PA': 516,
    'view.AP': 376,
  });
});
