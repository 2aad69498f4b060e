import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { FOUND, TRANSFORMS } from '../../bench/film-transforms.ts';
import { build, CONFIG, type Film, query, source } from '../../test/catalog-fixture.ts';
import {
  copyOfFolder,
  emptyFolder,
  FIXTURE,
  ingest,
  nihConfig,
  temporaryFolder,
} from '../../test/testing.ts';

const SETTINGS = { size: 128, geometry: 'stretch', encoding: 'png', minEdge: 32 } as const;
const NIH: readonly Film[] = [
  { of: '00000004_000', name: '00000004_000', patient: 4, view: 'AP' },
  { of: '00000053_000', name: '00000053_000', patient: 53, view: 'PA' },
  { of: '00000096_005', name: '00000096_005', patient: 96, view: 'PA' },
];

const nih = (work: string, facts: Partial<SourceConfig> = {}) => source(work, 'nih', NIH, facts, SETTINGS);

/** A folder in which NIH's films are ingested, which is done once. */
let withNih: string;
const nihIn = (work: string) => join(work, 'runs/nih');
beforeAll(async () => {
  withNih = await emptyFolder();
  await nih(withNih);
  return () => rm(withNih, { recursive: true });
});

/** Ingests films as ChestX-Det has them: without view and patient. */
async function chestXDet(
  work: string,
  films: Readonly<Record<string, Uint8Array>>,
  changes: Partial<SourceConfig> = {},
  tables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const root = join(work, 'sources/det');
  await mkdir(join(root, 'test'), { recursive: true });
  for (const [name, bytes] of Object.entries(films)) await writeFile(join(root, 'test', name), bytes);
  const entries = Object.keys(films).map((file_name) => ({ file_name, syms: [], boxes: [], polygons: [] }));
  await writeFile(join(root, 'ChestX_Det_test.json'), JSON.stringify(entries));
  for (const [name, text] of Object.entries(tables)) await writeFile(join(root, name), text);
  const config = {
    ...nihConfig(root, { role: 'external', ...changes }),
    adapter: 'chestx-det',
  } as SourceConfig;
  const out = join(work, 'runs/det');
  await ingest(work, root, {
    name: 'det',
    config,
    out,
    settings: SETTINGS,
    cacheDir: join(work, 'cache/det'),
  });
  return out;
}

const fixture = (name: string) => readFile(join(FIXTURE, `images/${name}.png`));

async function transformed(name: string, kind: string): Promise<Uint8Array> {
  const { data, info } = await sharp(await fixture(name))
    .removeAlpha()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const film = await TRANSFORMS[kind]?.({ width: info.width, height: info.height, pixels: data }, name);
  if (!film) throw new Error(`no such transform: ${kind}`);
  const { width, height, pixels } = film;
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

describe('a film of NIH in ChestX-Det', () => {
  // The films are of 64 pixels: tiles of 8 are more than a hash outlasts, which CLAHE's tiles are not in films of a usual size.
  test.each(FOUND.filter(([kind]) => !kind.startsWith('CLAHE')))(
    '%s: is found by its look, and stops the catalog',
    async (kind) => {
      const work = await copyOfFolder(withNih);
      const det = await chestXDet(work, { '1.png': await transformed('00000053_000', kind) });
      await expect(build(work, { nih: nihIn(work), det })).rejects.toThrow(
        /: det and nih: 0 films, 1 by their look, 1 patients; look det\/1\.png = nih\/00000053_000\.png;/,
      );
    },
  );

  test('is another patient`s where it is another film', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, { '1.png': await fixture('00000143_000') });
    const catalog = await build(work, { nih: nihIn(work), det });
    expect(await query(catalog, 'select * from overlap')).toEqual([]);
    expect(
      await query(catalog, `select patient_id, patient_known, view, split from images where source = 'det'`),
    ).toEqual([{ patient_id: 'image:det/1.png', patient_known: false, view: 'unknown', split: 'external' }]);
  });

  test('excluded from training: the patient leaves NIH, and the film has NIH`s view', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, { '1.png': await transformed('00000004_000', 'inverted') });
    const config = { ...CONFIG, overlap: 'exclude-train' } as const;
    const catalog = await build(work, { nih: nihIn(work), det }, { config });
    expect(
      await query(catalog, 'select source, image_id, view, view_source, overlap from images order by all'),
    ).toEqual([
      { source: 'det', image_id: '1.png', view: 'AP', view_source: 'mapping', overlap: true },
      { source: 'nih', image_id: '00000053_000.png', view: 'PA', view_source: 'metadata', overlap: false },
      { source: 'nih', image_id: '00000096_005.png', view: 'PA', view_source: 'metadata', overlap: false },
    ]);
    expect(await query(catalog, 'select source, ref, reason from quarantine')).toEqual([
      { source: 'nih', ref: '00000004_000.png', reason: 'overlap' },
    ]);
    expect(
      await query(catalog, 'select kind, action, correlation > .93 as sure from overlap order by 1'),
    ).toEqual([
      { kind: 'look', action: 'excluded from training', sure: true },
      { kind: 'patient', action: 'excluded from training', sure: null },
    ]);
    const flow = await query(
      catalog,
      `select name, images from flow where source = 'nih' and step > 4 order by step`,
    );
    expect(flow.filter(({ name }) => /used/.test(name as string))).toEqual([
      { name: 'not used: duplicate-image', images: 0 },
      { name: 'not used: overlap', images: 1 },
      { name: 'used', images: 2 },
    ]);
  });

  test('excluded from the external set: that has one image less, and training all', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, {
      '1.png': await fixture('00000004_000'),
      '2.png': await fixture('00000143_000'),
    });
    const config = { ...CONFIG, overlap: 'exclude-test' } as const;
    const catalog = await build(work, { nih: nihIn(work), det }, { config });
    expect(
      await query(catalog, 'select source, count(*)::int as n from images group by 1 order by 1'),
    ).toEqual([
      { source: 'det', n: 1 },
      { source: 'nih', n: 3 },
    ]);
  });

  test('of more patients than `maxRejected` allows stops the catalog', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, { '1.png': await fixture('00000004_000') });
    const config = { ...CONFIG, overlap: 'exclude-train' } as const;
    const lossy = (overlap: number) => nih(work, { maxRejected: { overlap } });
    await expect(build(work, { nih: await lossy(0.3), det }, { config })).rejects.toThrow(
      '`maxRejected` allows: overlap 1 of 3, allowed 0 (see which with catalog.overlap: refuse',
    );
    await build(work, { nih: await lossy(0.4), det }, { config });
  });

  test('no image of a role left stops the catalog', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, { '1.png': await fixture('00000004_000') });
    const config = { ...CONFIG, overlap: 'exclude-test' } as const;
    await expect(build(work, { nih: nihIn(work), det }, { config })).rejects.toThrow(
      'no image of role external is left: overlap: exclude-test',
    );
  });

  test('by an id map is the same film whatever its pixels, with NIH`s patient and view', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(
      work,
      { '1.png': await fixture('00000143_000') },
      { idMap: { table: 'map.csv', image: 'here', sameAs: 'nih' } },
      { 'map.csv': 'here,nih\n1.png,00000053_000.png\n' },
    );
    await expect(build(work, { nih: nihIn(work), det })).rejects.toThrow(
      'det and nih: 1 films, 0 by their look, 1 patients; film det/1.png = nih/00000053_000.png',
    );
    const config = { ...CONFIG, overlap: 'exclude-train' } as const;
    const catalog = await build(work, { nih: nihIn(work), det }, { config });
    expect(
      await query(catalog, `select patient_id, view, view_source from images where source = 'det'`),
    ).toEqual([{ patient_id: 'nih:00000053', view: 'PA', view_source: 'mapping' }]);
  });

  test('without the search for looks is not found', async () => {
    const work = await copyOfFolder(withNih);
    const det = await chestXDet(work, { '1.png': await transformed('00000053_000', 'inverted') });
    const catalog = await build(
      work,
      { nih: nihIn(work), det },
      { config: { ...CONFIG, lookAlikes: false } },
    );
    expect(await query(catalog, 'select * from overlap')).toEqual([]);
  });
});

test('characteristics are counted per source and view, and for all', async () => {
  const work = await temporaryFolder();
  const films: readonly Film[] = [
    { of: '00000004_000', name: 'a', patient: 1, view: 'AP', labels: 'Mass' },
    { of: '00000013_000', name: 'b', patient: 1, view: 'PA', labels: 'No Finding' },
    { of: '00000053_000', name: 'c', patient: 2, view: 'PA', labels: 'Hernia' },
  ];
  const catalog = await build(work, { nih: await source(work, 'nih', films, { patientIds: 'as-given' }) });
  const rows = await query(
    catalog,
    `select source, view, images, patients, age_median, female, no_finding, none_of_findings from characteristics
     where source = 'nih' order by view`,
  );
  const common = { source: 'nih', age_median: 50 };
  expect(rows).toEqual([
    { ...common, view: 'AP', images: 1, patients: 1, female: 1, no_finding: 0, none_of_findings: 0 },
    { ...common, view: 'PA', images: 2, patients: 2, female: 2, no_finding: 1, none_of_findings: 2 },
    { ...common, view: 'all', images: 3, patients: 2, female: 3, no_finding: 1, none_of_findings: 2 },
  ]);
  expect(
    await query(
      catalog,
      `select source, view, label_set, positive, negative, unknown from prevalence where finding = 'NDL' order by 1, 2`,
    ),
  ).toEqual(
    ['all', 'nih'].flatMap((one) => [
      { source: one, view: 'AP', label_set: 'report', positive: 1, negative: 0, unknown: 0 },
      { source: one, view: 'PA', label_set: 'report', positive: 0, negative: 2, unknown: 0 },
      { source: one, view: 'all', label_set: 'report', positive: 1, negative: 2, unknown: 0 },
    ]),
  );
});
