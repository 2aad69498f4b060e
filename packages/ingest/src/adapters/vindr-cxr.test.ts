import { describe, expect, test } from 'vitest';
import { labelsOf, layoutOf, setsOf } from '../../test/finding-labels.ts';
import { publishedTable, sharedData, tally, textTable } from '../../test/testing.ts';
import type { ReaderRule } from '../tables/finding-labels.ts';
import vinDrCxr, { VINDR_COUNTS } from './vindr-cxr.ts';

const HEADER = 'image_id,class_name,class_id,rad_id,x_min,y_min,x_max,y_max';
const parse = (readers: ReaderRule, ...lines: string[]) =>
  vinDrCxr({ readers }).parse([textTable('train.csv', [HEADER, ...lines].join('\n'))]);

const VOTES = [
  'a,Nodule/Mass,8,R1,1,2,3,4',
  'a,Nodule/Mass,8,R1,5,6,7,8',
  'a,Pneumothorax,12,R2,1,2,3,4',
  'a,Nodule/Mass,8,R2,1,2,3,4',
  'a,No finding,14,R3,,,,',
];

describe('an image of several readers', () => {
  test.each([
    ['majority', { NDL: 1, PTX: 0, CSN: 0 }],
    ['any', { NDL: 1, PTX: 1, CSN: 0 }],
    ['all', { NDL: 0, PTX: 0, CSN: 0 }],
    ['unanimous', { NDL: null, PTX: null, CSN: 0 }],
  ] as const)('by the rule %s', async (rule, labels) => {
    const { rows, bad } = await parse(rule, ...VOTES);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ imageId: 'a', patientId: null });
    const source = layoutOf('vindr-cxr', { readers: rule });
    expect(labelsOf(source)(rows[0])).toMatchObject(labels);
    expect(setsOf(source)(rows[0]).CSN).toBe(`readers ${rule}`);
  });

  test('is PA by the paper, of a patient whom nobody knows', async () => {
    const { rows } = await parse('majority', ...VOTES);
    expect(rows[0]).toMatchObject({ view: 'PA', viewSource: 'documented', viewConflict: false });
  });
});

test('the test part of PhysioNet is a consensus', async () => {
  const text = 'image_id,class_name,x_min,y_min,x_max,y_max\nb,Pleural effusion,1,2,3,4\n';
  const { rows } = await vinDrCxr({ readers: 'majority' }).parse([
    textTable('annotations/annotations_test.csv', text),
  ]);
  expect(rows[0]).toMatchObject({ labelSet: 'expert', officialSplit: 'test' });
  expect(labelsOf(layoutOf('vindr-cxr'))(rows[0])).toMatchObject({ PEF: 1, CSN: 0 });
  expect(setsOf(layoutOf('vindr-cxr'))(rows[0]).PEF).toBe('expert');
});

test('a class that nobody knows stops the ingest, a path for an id is a bad row', async () => {
  await expect(parse('any', 'a,Pneumotorax,12,R1,,,,')).rejects.toThrow('did you mean "Pneumothorax"?');
  expect((await parse('any', '../a,No finding,14,R1,,,,')).bad).toHaveLength(1);
});

const published = sharedData('annotations/vinbigdata-train.csv.gz');
test.skipIf(published === null)(
  'the tables above agree with the published train.csv (skipped where ../shared is absent)',
  async () => {
    const { rows, bad } = await vinDrCxr({ readers: 'majority' }).parse([
      publishedTable(published as string, 'train.csv.gz'),
    ]);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(VINDR_COUNTS.images);
    expect(tally(rows, ({ view }) => view)).toEqual({ PA: VINDR_COUNTS.images });
    // images with at least two of three readers, counted in Python
    const labels = rows.map(labelsOf(layoutOf('vindr-cxr')));
    const positives = (finding: string) => labels.filter((film) => film[finding] === 1).length;
    expect(positives('CSN')).toBe(90 + 31);
    expect(positives('PTX')).toBe(13 + 45);
    expect(positives('NDL')).toBe(224 + 181);
    expect(positives('FIB')).toBe(384 + 633);
    expect(positives('PEF')).toBe(195 + 439);
  },
);
