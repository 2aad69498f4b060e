import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SourceConfig, SourceFacts } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { labelsOf, setsOf } from '../../test/finding-labels.ts';
import {
  copyOfFixture,
  FIXTURE,
  ingest,
  nihConfig,
  publishedTable,
  quarantineOf,
  recordsOf,
  sharedData,
  tally,
  temporaryFolder,
  textTable,
} from '../../test/testing.ts';
import { explainIngest } from '../explain.ts';
import { readCsv } from '../tables/csv-table.ts';
import type { BadRow, SourceTable } from '../tables/rows/adapter.ts';
import { tableFile } from '../tables/source-table.ts';
import { adapterOf } from './layouts.ts';
import { GOOGLE2019_COUNTS } from './overlay.ts';

const HEADER = 'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position';
const NIH = textTable(
  'Data_Entry.csv',
  `${HEADER}\n00000001_000.png,No Finding,0,1,57,M,PA\n00000001_001.png,Mass|Effusion,1,1,58,M,AP\n`,
);
const PANEL = 'Image Index,Fracture,Pneumothorax,Airspace opacity,Nodule or mass,Set Id';

async function parse(changes: Partial<SourceFacts>, ...tables: SourceTable[]) {
  const { root: _, ...facts } = nihConfig('.', changes);
  return (await adapterOf(facts)).parse([NIH, ...tables]);
}

describe('an overlay', () => {
  const overlays = [{ name: 'google2019', table: 'panel.csv' }];

  test('replaces some labels, and each says where it comes from', async () => {
    const panel = textTable(
      'panel.csv',
      `${PANEL}\n00000001_000.png,NO,YES,NO,NO,test\nother.png,NO,NO,NO,NO,val\n`,
    );
    const { rows, bad } = await parse({ overlays }, panel);
    expect(bad).toEqual([]);
    const source = nihConfig('.', { overlays: [...overlays] } as Partial<SourceConfig>);
    expect(labelsOf(source)(rows[0])).toEqual({ CSN: 0, PTX: 1, NDL: 0, FIB: 0, PEF: 0 });
    expect(setsOf(source)(rows[0])).toMatchObject({ CSN: 'report', PTX: 'google2019', NDL: 'google2019' });
    expect(labelsOf(source)(rows[1])).toMatchObject({ PTX: 0, NDL: 1 });
    expect(rows[1]?.overlays).toBeUndefined();
  });

  test('that nobody knows needs its columns; the last overlay has the last word', async () => {
    const own = { name: 'ours', table: 'ours.csv' };
    const ours = textTable('ours.csv', 'file,nodule\n00000001_000.png,예\n00000001_001.png,\n');
    await expect(parse({ overlays: [own] }, ours)).rejects.toThrow(
      'an overlay without `image` and `labels`: ours (known: google2019)',
    );
    const labels = { NDL: { columns: ['nodule'], values: { 예: 1, 아니오: 0 } } } as const;
    const mapped = { ...own, image: 'file', labels: { NDL: { ...labels.NDL, columns: ['nodule'] } } };
    const panel = textTable('panel.csv', `${PANEL}\n00000001_000.png,NO,NO,NO,NO,test\n`);
    const { rows } = await parse({ overlays: [...overlays, mapped] }, panel, ours);
    const source = nihConfig('.', { overlays: [...overlays, mapped] } as Partial<SourceConfig>);
    expect(labelsOf(source)(rows[0])).toMatchObject({ NDL: 1 });
    expect(setsOf(source)(rows[0])).toMatchObject({ PTX: 'google2019', NDL: 'ours' });
    expect(labelsOf(source)(rows[1]).NDL).toBe(1);
  });

  test('with a text that its mapping does not list stops the ingest', async () => {
    const panel = textTable('panel.csv', `${PANEL}\n00000001_000.png,NO,MAYBE,NO,NO,test\n`);
    await expect(parse({ overlays }, panel)).rejects.toThrow(
      'unknown values of Pneumothorax in panel.csv: "MAYBE" (1 row) (add to overlays.google2019.labels.Pneumothorax.values, each with 1, 0 or null: { "MAYBE": … })',
    );
  });

  test('whose table is not there is named', async () => {
    await expect(parse({ overlays })).rejects.toThrow('no such table in the source: panel.csv');
  });

  const published = sharedData('annotations/google2019_nih-chest-xray-labels.csv.gz');
  test.skipIf(published === null)(
    'google2019 agrees with its published table (skipped where ../shared is absent)',
    async () => {
      const nih = sharedData('annotations/Data_Entry_2017_v2020.csv.gz') as string;
      const { root: _, ...facts } = nihConfig('.', {
        overlays: [{ name: 'google2019', table: 'google.csv.gz' }],
      });
      const { rows } = await (await adapterOf(facts)).parse([
        publishedTable(nih, 'Data_Entry_2017_v2020.csv.gz'),
        publishedTable(published as string, 'google.csv.gz'),
      ]);
      const relabelled = rows.filter(({ overlays }) => overlays !== undefined);
      expect(relabelled).toHaveLength(GOOGLE2019_COUNTS.images);
      // YES in the table's own columns, counted in Python
      expect(tally(relabelled.map(labelsOf(facts)), ({ PTX }) => PTX)).toEqual({
        1: 195 + 43,
        0: 1767 + 2371,
      });
      expect(tally(relabelled.map(labelsOf(facts)), ({ NDL }) => NDL)).toEqual({
        1: 295 + 310,
        0: 1667 + 2104,
      });
    },
  );
});

describe('an id map', () => {
  test('in JSON, as RSNA publishes its own, tells the film of NIH and so its patient', async () => {
    const config: SourceFacts = {
      ...nihConfig('.', { idMap: { table: 'map.json', image: 'subset_img_id', sameAs: 'img_id' } }),
      adapter: 'rsna-pneumonia',
    };
    const { rows, bad } = await (await adapterOf(config)).parse([
      textTable('stage_2_train_labels.csv', 'patientId,x,y,width,height,Target\na,,,,,0\nb,,,,,0\n'),
      textTable(
        'map.json',
        JSON.stringify([
          { subset_img_id: 'a', img_id: '00013774_026.png' },
          { subset_img_id: 'b', img_id: '../x' },
        ]),
      ),
    ]);
    expect(rows.map(({ patientId, sameAs }) => [patientId, sameAs])).toEqual([
      ['00013774', '00013774_026.png'],
      [null, null],
    ]);
    expect(bad).toEqual([{ ref: 'map.json:2', detail: 'not the name of an image of NIH' }]);
  });
});

describe('a folder of images with any table', () => {
  const config = (mapping: object) =>
    ({
      ...nihConfig('.'),
      adapter: 'png-folder',
      table: 'labels.tsv',
      title: 'ours',
      labelSet: 'expert',
      public: true,
      mapping: {
        imageIs: 'path',
        views: { 정면: 'PA' },
        sexes: { 여: 'F' },
        labels: {},
        image: 'file',
        ...mapping,
      },
    }) as SourceFacts;

  test('is read by its mapping: several columns of one finding, free values, ages as DICOM writes them', async () => {
    const adapter = await adapterOf(
      config({
        patient: 'who',
        view: 'view',
        age: 'age',
        sex: 'sex',
        labels: { NDL: { columns: ['nodule', 'mass'], values: { 유: 1, 무: 0 } } },
      }),
    );
    const { rows, bad } = await adapter.parse([
      textTable(
        'labels.tsv',
        [
          'file\twho\tview\tage\tsex\tnodule\tmass',
          'a/1.png\tp1\t정면\t071Y\t여\t무\t유',
          '2.png\t\t\t\t\t무\t',
          '../3.png\tp\t\t\t\t무\t무',
        ].join('\n'),
      ),
    ]);
    expect(bad).toEqual([{ ref: 'labels.tsv:4', detail: 'the image is not named by a path below the root' }]);
    expect(rows[0]).toMatchObject({
      imageId: 'a/1.png',
      patientId: 'p1',
      view: 'PA',
      ageYears: 71,
      sex: 'F',
    });
    expect(rows[0]?.labels).toEqual({ present: ['NDL'], absent: [] });
    // nobody said that there is no mass
    expect(rows[1]).toMatchObject({ patientId: null, view: 'unknown', labels: { present: [], absent: [] } });
    expect(adapter.imageId('a/1.png')).toBe('a/1.png');
  });

  test('with values that the mapping does not know stops the ingest', async () => {
    const { parse } = await adapterOf(config({ view: 'view' }));
    await expect(parse([textTable('labels.tsv', 'file\tview\na.png\t가\n')])).rejects.toThrow(
      'unknown values of view in labels.tsv: "가" (1 row) (add to mapping.views, each with AP, PA, LATERAL or unknown: { "가": … })',
    );
  });

  test('says views and sexes in any words that are understood; what the mapping lists goes first', async () => {
    const { parse } = await adapterOf(config({ view: 'view', sex: 'sex' }));
    const cells = [
      ['정면', 'f', { view: 'PA', sex: 'F', viewSource: 'metadata' }],
      ['thorax ap liegend', 'Male', { view: 'AP', sex: 'M', supine: true }],
      ['pa', 'M', { view: 'PA', supine: null }],
      ['Bett', '여', { view: 'AP', sex: 'F', viewSource: 'text' }],
      ['측면', '', { view: 'LATERAL', sex: null }],
      ['AP axial', '', { view: 'unknown', viewSource: 'none' }],
      ['PA/LAT', '', { view: 'unknown' }],
      ['frontal', '', { view: 'unknown' }],
      ['NaN', '', { view: 'unknown' }],
    ] as const;
    const lines = cells.map(([view, sex], i) => `${i}.png\t${view}\t${sex}`);
    const { rows, doubts } = await parse([textTable('labels.tsv', ['file\tview\tsex', ...lines].join('\n'))]);
    expect(rows).toMatchObject(cells.map(([, , facts]) => facts));
    expect(doubts).toEqual([
      {
        text: 'labels.tsv: 2 rows with views that name neither AP nor PA count as unknown: "PA/LAT" (1), "frontal" (1)',
        concealed:
          'labels.tsv: 2 rows with views that name neither AP nor PA count as unknown: 2 texts; `viewgap ingest … --explain --reveal` shows them',
      },
    ]);
  });
});

describe('a table', () => {
  const rowsOf = async (table: SourceTable) => {
    const rows: unknown[] = [];
    for await (const { cells } of readCsv(table, { a: ['a'] }, [], { b: ['b'] })) rows.push(cells);
    return rows;
  };

  test('packed with gzip is read as a stream; a damaged archive is named', async () => {
    const root = await temporaryFolder();
    const packed = gzipSync('a,c\n1,2\n');
    await writeFile(join(root, 't.csv.gz'), packed);
    await writeFile(join(root, 'cut.csv.gz'), packed.subarray(0, -9));
    expect(await rowsOf(tableFile(root, 't.csv.gz'))).toEqual([{ a: '1', b: '' }]);
    await expect(rowsOf(tableFile(root, 'cut.csv.gz'))).rejects.toThrow('a damaged gzip file: cut.csv.gz');
  });

  test('of a million columns is refused in one line; a quote that is never closed is a bad row', async () => {
    const wide = textTable('w.csv', `a${',x'.repeat(1_000_000)}\n`);
    await expect(rowsOf(wide)).rejects.toThrow(/w\.csv/);
    const bad: BadRow[] = [];
    const open = textTable('o.csv', `a\n1\n"${'x'.repeat(2 ** 21)}\n`);
    const refs: string[] = [];
    for await (const { ref } of readCsv(open, { a: ['a'] }, bad)) refs.push(ref);
    expect(refs).toEqual(['o.csv:2']);
    expect(bad.length).toBeGreaterThan(0);
  });
});

describe('an ingest', () => {
  test('keeps in its records where each label comes from', async () => {
    const root = await copyOfFixture();
    await writeFile(join(root, 'panel.csv'), `${PANEL}\n00000013_000.png,NO,YES,NO,NO,test\n`);
    const overlays = [{ name: 'google2019', table: 'panel.csv' }];
    const records = await recordsOf(
      await ingest(await temporaryFolder(), root, { config: nihConfig(root, { overlays }) }),
    );
    const of = (id: string) => records.find(({ image_id }) => image_id === id);
    expect(of('00000013_000.png')).toMatchObject({
      label_set: 'report',
      overlays: JSON.stringify([
        {
          name: 'google2019',
          present: ['Pneumothorax'],
          absent: ['Airspace opacity', 'Fracture', 'Nodule or mass'],
        },
      ]),
    });
    expect(of('00000004_000.png')).toMatchObject({ label_set: 'report', overlays: null });
  });

  test('leaves laterals out, counted, and reads no file of theirs', async () => {
    const work = await temporaryFolder();
    const root = await copyOfFixture();
    const lines = ['file,view', 'images/00000004_000.png,L', 'images/00000013_000.png,PA'];
    await writeFile(join(root, 'views.csv'), lines.join('\n'));
    const config = {
      ...nihConfig(root),
      adapter: 'png-folder',
      table: 'views.csv',
      title: 'ours',
      labelSet: 'report',
      public: true,
      mapping: {
        image: 'file',
        imageIs: 'path',
        view: 'view',
        views: { PA: 'PA', L: 'LATERAL' },
        sexes: {},
        labels: {},
      },
    } as const;
    const artifact = await ingest(work, root, { config });
    expect(artifact.manifest.counts).toMatchObject({ records: 1, pairs: 2, 'quarantined.lateral': 1 });
    expect((await quarantineOf(artifact)).filter(({ reason }) => reason === 'lateral')).toEqual([
      { source: 'nih', ref: 'images/00000004_000.png', reason: 'lateral', detail: '' },
    ]);
  });

  test('that loses more than its config allows fails, and can be asked what it lost', async () => {
    const work = await temporaryFolder();
    const root = await copyOfFixture();
    await writeFile(join(root, 'images/00000004_000.png'), 'no image');
    const run = (unreadable: number) =>
      ingest(work, root, { config: nihConfig(root, { maxRejected: { unreadable, any: 0.5 } }) });
    await expect(run(0.1)).rejects.toThrow(
      'more of the source is rejected than `maxRejected` allows: unreadable 1 of 8, allowed 0 (see which with --explain',
    );
    expect(await explainIngest(join(work, 'ingest'))).toEqual([
      'unreadable: 1 file (the image cannot be decoded)',
      expect.stringMatching(/^ {2}images\/00000004_000\.png: /),
    ]);
    const artifact = await run(0.2);
    expect(artifact.manifest.counts.records).toBe(7);
  });

  test('of which every input is used says so', async () => {
    const { folder } = await ingest(await temporaryFolder(), FIXTURE);
    expect(await explainIngest(folder)).toEqual(['every input is used']);
  });
});
