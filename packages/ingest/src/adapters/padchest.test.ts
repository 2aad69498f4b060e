import { LAYOUT_LABELS } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { labelsOf, layoutOf } from '../../test/finding-labels.ts';
import { publishedTable, sharedData, tally, textTable } from '../../test/testing.ts';
import { readCsv } from '../tables/csv-table.ts';
import padChest, { labelList, PADCHEST_COUNTS } from './padchest.ts';
import { PADCHEST_DEVICES, PADCHEST_NORMAL, PADCHEST_OPEN } from './padchest-labels.ts';

const HEADER = [
  ',ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,ViewPosition_DICOM,Projection',
  'MethodProjection,Pediatric,Report,MethodLabel,Labels',
].join(',');

interface Cells {
  dicom?: string;
  projection?: string;
  method?: string;
  labels?: string;
  labelMethod?: string;
  image?: string;
  birth?: string;
}

function parse(cells: Cells) {
  const { dicom = 'nan', projection = 'PA', labels = "['normal']", labelMethod = 'Physician' } = cells;
  const { image = '1_k6.png', birth = '1930.0', method = 'Manual review of DICOM fields' } = cells;
  const row = `0,${image},0,20140915,1,839,${birth},F,${dicom},${projection},${method},No,sin hallazg,${labelMethod},"${labels}"`;
  return padChest().parse([
    textTable('PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv', `${HEADER}\n${row}\n`),
  ]);
}

describe('a row of PadChest', () => {
  test('is a film of a patient, with the age at its year', async () => {
    const { rows, bad } = await parse({});
    expect(bad).toEqual([]);
    expect(rows[0]).toMatchObject({
      imageId: '1_k6.png',
      patientId: '839',
      studyId: '1',
      view: 'PA',
      viewSource: 'metadata',
      ageYears: 84,
      sex: 'F',
      noFinding: true,
      supportDevices: false,
      labels: { present: ['normal'], others: 'absent' },
      labelSet: 'physician',
    });
  });

  test.each([
    ["['hydropneumothorax']", { PTX: 1, PEF: 1, CSN: 0 }],
    ["['pseudonodule', ' pulmonary mass']", { NDL: 1, FIB: 0 }],
    ["['pseudonodule']", { NDL: 0 }],
    ["['loculated pleural effusion', 'pulmonary fibrosis', '']", { PEF: 1, FIB: 1, NDL: 0 }],
    ["['unchanged', 'consolidation']", { CSN: 1, PEF: null, NDL: null }],
    ["['exclude']", { CSN: null, PEF: null }],
    ["['']", { CSN: null, PEF: null }],
    ['nan', { CSN: null, PEF: null }],
  ])('labelled %s is %j', async (labels, expected) => {
    const { rows } = await parse({ labels });
    expect(labelsOf(layoutOf('padchest'))(rows[0])).toMatchObject(expected);
  });

  test('labelled by a network says so', async () => {
    expect((await parse({ labelMethod: 'RNN_model' })).rows[0]?.labelSet).toBe('network');
  });

  test.each([
    ['AP_horizontal', 'nan', '', { view: 'AP', supine: true, viewConflict: false }],
    ['AP', 'PA', '', { view: 'AP', supine: null, viewConflict: true }],
    ['PA', 'POSTEROANTERIOR', 'resnet-50.t7', { view: 'PA', viewSource: 'predicted', viewConflict: false }],
    ['L', 'LL', '', { view: 'LATERAL', viewConflict: false }],
    ['UNK', 'nan', '', { view: 'unknown', viewSource: 'none' }],
    ['COSTAL', 'nan', '', { unusable: { reason: 'not-chest', detail: 'projection COSTAL: ribs' } }],
    [
      'EXCLUDE',
      'OBLICUA',
      '',
      { unusable: { reason: 'excluded', detail: 'the source itself says EXCLUDE' } },
    ],
  ])('of projection %s, in DICOM %s', async (projection, dicom, method, expected) => {
    expect((await parse({ projection, dicom, method })).rows[0]).toMatchObject(expected);
  });

  test.each([
    ['a path', { image: '../1.png' }],
    ['an unknown projection', { projection: 'OBLIQUE' }],
    ['an unknown method', { labelMethod: 'someone' }],
  ])('with %s is a bad row', async (_, cells) => {
    expect((await parse(cells)).bad).toHaveLength(1);
  });

  test('with a label that nobody knows stops the ingest', async () => {
    await expect(parse({ labels: "['plural effusion']" })).rejects.toThrow(
      '"plural effusion" (1 rows; did you mean "pleural effusion"?)',
    );
  });
});

const published = sharedData('annotations/PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz');
test.skipIf(published === null)(
  'the tables above agree with the published file (skipped where ../shared is absent)',
  async () => {
    const table = publishedTable(
      published as string,
      'PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz',
    );
    const { rows, bad } = await padChest().parse([table]);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(PADCHEST_COUNTS.rows);
    expect(new Set(rows.map(({ patientId }) => patientId)).size).toBe(PADCHEST_COUNTS.patients);
    expect(tally(rows, ({ labelSet }) => labelSet)).toEqual({
      physician: PADCHEST_COUNTS.physician,
      network: PADCHEST_COUNTS.network,
    });
    const { PA, L, AP, AP_horizontal, COSTAL, EXCLUDE, UNK } = PADCHEST_COUNTS.projections;
    expect(tally(rows, ({ view }) => view)).toEqual({
      PA,
      LATERAL: L,
      AP: AP + AP_horizontal,
      unknown: COSTAL + EXCLUDE + UNK,
    });
    expect(tally(rows, ({ supine }) => supine).true).toBe(AP_horizontal);
    expect(tally(rows, ({ unusable }) => unusable?.reason)).toMatchObject({
      'not-chest': COSTAL,
      excluded: EXCLUDE,
    });
    expect(tally(rows, ({ viewConflict }) => viewConflict).true).toBe(1);

    const names: string[] = [];
    for await (const { cells } of readCsv(table, { labels: ['Labels'] }, [])) {
      names.push(...(labelList(cells.labels) ?? []));
    }
    // how often each name stands in the lists, as the data's description counts; with `nan` and '' 195 names
    expect(tally(names, (name) => name)).toMatchObject({
      consolidation: 2_508,
      pneumothorax: 544,
      hydropneumothorax: 48,
      nodule: 3_781,
      'multiple nodules': 360,
      pseudonodule: 2_249,
      'pulmonary mass': 1_050,
      mass: 56,
      'pulmonary fibrosis': 1_228,
      'pleural effusion': 10_026,
      'loculated pleural effusion': 306,
      normal: 50_616,
    });
    const labels: readonly string[] = LAYOUT_LABELS.padchest;
    expect([...new Set(names)].sort()).toEqual([...labels, ...PADCHEST_OPEN].sort());
    expect([PADCHEST_NORMAL, ...PADCHEST_DEVICES].filter((name) => !labels.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(193);
  },
);
