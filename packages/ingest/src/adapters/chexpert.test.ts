import { afterAll, describe, expect, test } from 'vitest';
import { labelsOf, layoutOf, setsOf } from '../../test/finding-labels.ts';
import { publishedTable, sharedData, tally, textTable } from '../../test/testing.ts';
import { readCsv } from '../tables/csv-table.ts';
import type { Adapter } from '../tables/rows/adapter.ts';
import chexpert, { CHEXPERT_COUNTS } from './chexpert.ts';
import { CHEXPERT_LABELS } from './chexpert-labels.ts';

const HEADER = `Path,Sex,Age,Frontal/Lateral,AP/PA,${[
  'No Finding,Enlarged Cardiomediastinum,Cardiomegaly,Lung Opacity,Lung Lesion,Edema,Consolidation',
  'Pneumonia,Atelectasis,Pneumothorax,Pleural Effusion,Pleural Other,Fracture,Support Devices',
].join(',')}`;

interface Cells {
  path?: string;
  plane?: string;
  view?: string;
  lesion?: string;
  csn?: string;
  ptx?: string;
  devices?: string;
}

const line = (cells: Cells) => {
  const { plane = 'Frontal', view = 'AP', lesion = '', csn = '', ptx = '', devices = '' } = cells;
  const { path = 'CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg' } = cells;
  return `${path},Female,68,${plane},${view},,,,,${lesion},,${csn},,,${ptx},,,,${devices}`;
};
const parse = (cells: Cells, name = 'train.csv') =>
  chexpert().parse([textTable(name, `${HEADER}\n${line(cells)}\n`)]);

describe('a row of CheXpert', () => {
  test('is a film of a patient and a study, under a path that begins where train.csv lies', async () => {
    const { rows, bad } = await parse({ csn: '1.0', ptx: '0.0', devices: '1.0' });
    expect(bad).toEqual([]);
    expect(rows).toEqual([
      {
        ref: 'train.csv:2',
        imageId: 'train/patient00001/study1/view1_frontal.jpg',
        patientId: 'patient00001',
        studyId: 'patient00001/study1',
        view: 'AP',
        viewSource: 'metadata',
        viewConflict: false,
        supine: null,
        ageYears: 68,
        sex: 'F',
        labels: {
          present: ['Consolidation', 'Support Devices'],
          absent: ['Pneumothorax'],
          uncertain: [],
          others: 'blank',
        },
        noFinding: false,
        supportDevices: true,
        labelSet: 'report',
        officialSplit: 'train',
        sameAs: null,
      },
    ]);
  });

  test('of the full-size release and of valid.csv', async () => {
    const path = 'CheXpert-v1.0/valid/patient64541/study1/view1_frontal.jpg';
    const { rows } = await parse({ path }, 'valid.csv');
    expect(rows[0]).toMatchObject({
      imageId: 'valid/patient64541/study1/view1_frontal.jpg',
      officialSplit: 'val',
    });
  });

  test.each([
    [{ blank: 0, uncertain: null }, { CSN: null, NDL: 0 }, 'report'],
    [{ blank: null, uncertain: null }, { CSN: null, NDL: null }, 'report blank-null'],
    [{ blank: 0, uncertain: 1 }, { CSN: 1, NDL: 0 }, 'report uncertain-1'],
    [{ blank: null, uncertain: 0 }, { CSN: 0, NDL: null }, 'report blank-null uncertain-0'],
  ] as const)('under the policy %j: uncertain and blank are %j', async (policy, labels, labelSet) => {
    const { rows } = await parse({ csn: '-1.0', lesion: '' });
    const source = layoutOf('chexpert', { policy });
    expect(labelsOf(source)(rows[0])).toMatchObject({ ...labels, FIB: null });
    expect(setsOf(source)(rows[0]).CSN).toBe(labelSet);
  });

  test.each([
    ['a lateral', { plane: 'Lateral', view: '', path: 'lateral' }, 'LATERAL', false],
    ['a frontal called LL', { view: 'LL' }, 'unknown', true],
    ['a frontal film in a file called lateral', { path: 'lateral' }, 'unknown', true],
    ['a frontal without AP or PA', { view: '' }, 'unknown', false],
  ])('that is %s', async (_, { path, ...cells }: Cells, view, viewConflict) => {
    const named = path && { path: `CheXpert-v1.0/train/patient00001/study1/view2_${path}.jpg` };
    const { rows } = await parse({ ...cells, ...named });
    expect(rows[0]).toMatchObject({ view, viewConflict });
  });

  test.each([
    ['a path upwards', { path: 'CheXpert-v1.0/train/patient00001/study1/../../../etc/x.jpg' }],
    ['an absolute path', { path: '/train/patient00001/study1/view1_frontal.jpg' }],
    ['a value that the labeller does not write', { csn: '2.0' }],
    ['another plane', { plane: 'oblique' }],
    ['another view', { view: 'toString' }],
  ])('with %s is a bad row', async (_, cells) => {
    const { rows, bad } = await parse(cells);
    expect(rows).toEqual([]);
    expect(bad).toHaveLength(1);
  });
});

const published = sharedData('annotations/chexpert_train.csv.gz');
const publishedTrain = () => publishedTable(published as string, 'train.csv.gz');
/** Its 223,414 rows are read once. */
let parsed: ReturnType<Adapter['parse']> | undefined;
const publishedRows = () => {
  parsed ??= chexpert().parse([publishedTrain()]);
  return parsed;
};
afterAll(() => {
  parsed = undefined;
});

test.skipIf(published === null)(
  'the tables above agree with the published train.csv (skipped where ../shared is absent)',
  async () => {
    const { rows, bad } = await publishedRows();
    expect(bad).toEqual([]);
    expect({
      rows: rows.length,
      patients: new Set(rows.map(({ patientId }) => patientId)).size,
      ...tally(rows, ({ view }) => view),
    }).toEqual(CHEXPERT_COUNTS);
    expect(tally(rows, ({ viewConflict }) => viewConflict)).toEqual({ true: 17, false: 223_397 });
    // counts of the file itself, by pandas: 1.0, 0.0 or blank, -1.0
    const labels = rows.map(labelsOf(layoutOf('chexpert')));
    const of = (finding: string) => tally(labels, (film) => film[finding]);
    expect(of('CSN')).toEqual({ 1: 14_783, 0: 28_097 + 152_792, null: 27_742 });
    expect(of('PTX')).toEqual({ 1: 19_448, 0: 56_341 + 144_480, null: 3_145 });
    expect(of('NDL')).toEqual({ 1: 9_186, 0: 1_270 + 211_470, null: 1_488 });
    expect(of('PEF')).toEqual({ 1: 86_187, 0: 35_396 + 90_203, null: 11_628 });
    const columns = Object.fromEntries(CHEXPERT_LABELS.map((name) => [name, [name]]));
    for await (const { cells } of readCsv(publishedTrain(), columns, [])) {
      expect(Object.keys(cells)).toEqual([...CHEXPERT_LABELS]);
      break;
    }
  },
);

test.skipIf(published === null)(
  'blank as not known leaves nodule or mass 7,040 frontal positives and 775 negatives (skipped where ../shared is absent)',
  async () => {
    const { rows } = await publishedRows();
    const frontal = rows.filter(({ view }) => view === 'AP' || view === 'PA');
    const source = layoutOf('chexpert', { policy: { blank: null } });
    expect(tally(frontal.map(labelsOf(source)), ({ NDL }) => NDL)).toMatchObject({ 1: 7_040, 0: 775 });
  },
);
