import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../test/testing.ts';
import { NIH_COUNTS, NIH_LABELS, NIH_NO_FINDING, nihChestXray14 } from './nih-chestxray14.ts';

const HEADER_2020 =
  'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]';
const HEADER_2017 = `${HEADER_2020},`;

const table = (...lines: string[]) => [{ path: 'Data_Entry.csv', text: lines.join('\n') }];
const parse = (...lines: string[]) => nihChestXray14.parse(table(...lines));
const row2020 = (
  change: Partial<Record<'image' | 'labels' | 'patient' | 'age' | 'sex' | 'view', string>>,
) => {
  const cells = {
    image: '00000001_000.png',
    labels: 'No Finding',
    patient: '1',
    age: '57',
    sex: 'M',
    view: 'PA',
  };
  const { image, labels, patient, age, sex, view } = { ...cells, ...change };
  return `${image},${labels},0,${patient},${age},${sex},${view},2682,2749,0.143,0.143`;
};

describe('a row', () => {
  test('of the release of 2020', () => {
    expect(parse(HEADER_2020, row2020({ labels: 'Mass|Effusion|Hernia', view: 'AP' }))).toEqual({
      bad: [],
      rows: [
        {
          ref: 'Data_Entry.csv:2',
          imageId: '00000001_000.png',
          patientId: '00000001',
          studyId: null,
          view: 'AP',
          viewSource: 'metadata',
          viewConflict: false,
          ageYears: 57,
          sex: 'M',
          supportDevices: null,
          noFinding: false,
          labels: { CSN: 0, PTX: 0, NDL: 1, FIB: 0, PEF: 1 },
        },
      ],
    });
  });

  test('of the release of 2017: ages with a unit, a comma at the end of each line', () => {
    const { rows, bad } = parse(HEADER_2017, `${row2020({ age: '058Y' })},`);
    expect(bad).toEqual([]);
    expect(rows[0]).toMatchObject({ ageYears: 58, patientId: '00000001', noFinding: true });
  });

  test('with Windows line ends, a byte order mark, and the newer name of the column for sex', () => {
    const text = `\ufeff${HEADER_2020.replace('Gender', 'Sex')}\r\n${row2020({ sex: 'F' })}\r\n`;
    const { rows } = nihChestXray14.parse([{ path: 'Data_Entry.csv', text }]);
    expect(rows[0]).toMatchObject({ sex: 'F', view: 'PA' });
  });

  test('with an implausible age has no age, with a very high one is 90', () => {
    const { rows } = parse(
      HEADER_2020,
      row2020({ age: '414' }),
      row2020({ age: '94' }),
      row2020({ age: '' }),
    );
    expect(rows.map((row) => row.ageYears)).toEqual([null, 90, null]);
  });

  test('without a view is a row of unknown view', () => {
    const { rows } = parse(HEADER_2020, row2020({ view: '' }));
    expect(rows[0]).toMatchObject({ view: 'unknown', viewSource: 'none' });
  });

  test.each([
    [
      'a path upwards',
      { image: '../../etc/passwd.png' },
      'the image index is not the plain name of an image file',
    ],
    ['an absolute path', { image: '/tmp/a.png' }, 'the image index is not the plain name of an image file'],
    ['a windows path', { image: 'C:\\a.png' }, 'the image index is not the plain name of an image file'],
    ['no image', { image: '' }, 'the image index is not the plain name of an image file'],
    ['no patient', { patient: '' }, 'the patient id is empty or malformed'],
    ['no labels', { labels: '' }, 'an empty finding label'],
    ['a contradiction', { labels: 'No Finding|Mass' }, 'No Finding beside findings'],
    ['another view', { view: 'Ap' }, 'unknown view position, did you mean "AP"?'],
    ['a view named as a method of objects', { view: 'toString' }, 'unknown view position, known: AP, PA'],
  ])('with %s is a bad row', (_, change, detail) => {
    expect(parse(HEADER_2020, row2020(change), row2020({}))).toMatchObject({
      bad: [{ ref: 'Data_Entry.csv:2', detail }],
      rows: [{ ref: 'Data_Entry.csv:3' }],
    });
  });

  test('of another shape is a bad row, the others are read', () => {
    const { rows, bad } = parse(
      HEADER_2020,
      'a.png,No Finding',
      row2020({}),
      `${row2020({})},surplus`,
      row2020({}),
    );
    expect(bad).toEqual([
      { ref: 'Data_Entry.csv:2', detail: "2 columns, not the header's 11" },
      { ref: 'Data_Entry.csv:4', detail: "12 columns, not the header's 11" },
    ]);
    expect(rows).toHaveLength(2);
  });

  test('with quotes in the wrong place is a bad row', () => {
    const { rows, bad } = parse(HEADER_2020, 'a"b".png,No Finding', row2020({}));
    expect(bad).toEqual([{ ref: 'Data_Entry.csv:2', detail: 'misplaced quotes' }]);
    expect(rows).toHaveLength(1);
  });
});

describe('a table that cannot be used', () => {
  test('lacks a column: the error names it and the nearest', () => {
    expect(() => parse(HEADER_2020.replace('Patient ID', 'PatientID'), row2020({}))).toThrow(
      'no column "Patient ID": Data_Entry.csv (did you mean "PatientID"?)',
    );
  });

  test('is empty', () => {
    for (const empty of ['', '\uFEFF\r\n', ',,\n']) {
      expect(() => parse(empty)).toThrow('an empty csv: Data_Entry.csv');
    }
  });

  test('is not in UTF-8, as spreadsheets export "Unicode text"', () => {
    const [utf16] = table(HEADER_2020).map(({ text }) => Buffer.from(text, 'utf16le').toString('utf8'));
    expect(() => parse(utf16 ?? '')).toThrow(
      'a csv that is not text: Data_Entry.csv (save it as CSV in UTF-8)',
    );
  });

  test('has labels that nobody knows: all of them, with the nearest names', () => {
    const strange = [
      row2020({ labels: 'Efusion|Mass' }),
      row2020({ labels: 'Efusion' }),
      row2020({ labels: 'toString' }),
    ];
    expect(() => parse(HEADER_2020, ...strange)).toThrow(
      /^unknown finding labels in Data_Entry\.csv: "Efusion" \(2 rows; did you mean "Effusion"\?\), "toString" \(1 rows; known: Atelectasis, .*\) \(correct them/,
    );
  });

  test('is one of two', () => {
    const two = [...table(HEADER_2020), { path: 'Data_Entry_2017.csv', text: HEADER_2017 }];
    expect(() => nihChestXray14.parse(two)).toThrow(
      'more than one label table: Data_Entry.csv, Data_Entry_2017.csv',
    );
  });
});

test('images are looked for in all of NIH`s layouts, and hidden files are not images', () => {
  const { enters, isImage, isTable, imageId } = nihChestXray14;
  for (const folder of ['images', 'images_001', 'images_012/images']) expect(enters(folder)).toBe(true);
  for (const folder of ['masks', 'images/old', 'images_001/other']) expect(enters(folder)).toBe(false);
  expect(isImage('images/._00000001_000.png')).toBe(false);
  expect(isTable('Data_Entry_2017.csv')).toBe(true);
  expect(isTable('BBox_List_2017.csv')).toBe(false);
  expect(imageId('images_001/images/00000001_000.png')).toBe('00000001_000.png');
});

const published = sharedData('annotations/Data_Entry_2017_v2020.csv.gz');
test.skipIf(published === null)(
  'the tables above agree with NIH`s own file (skipped where ../shared is absent)',
  () => {
    const text = gunzipSync(readFileSync(published as string)).toString('utf8');
    const { rows, bad } = nihChestXray14.parse([{ path: 'Data_Entry_2017_v2020.csv', text }]);
    const of = (view: string) => rows.filter((row) => row.view === view).length;
    expect(bad).toEqual([]);
    expect({
      rows: rows.length,
      patients: new Set(rows.map((row) => row.patientId)).size,
      PA: of('PA'),
      AP: of('AP'),
    }).toEqual(NIH_COUNTS);
    const names = new Set(
      text
        .split('\n')
        .slice(1)
        .flatMap((line) => line.split(',')[1]?.split('|') ?? []),
    );
    expect([...names].sort()).toEqual([...Object.keys(NIH_LABELS), NIH_NO_FINDING].sort());
    // counts of the file itself, by pandas
    const positives = (finding: 'CSN' | 'PTX' | 'FIB' | 'PEF' | 'NDL') =>
      rows.filter((row) => row.labels[finding] === 1).length;
    expect(['CSN', 'PTX', 'FIB', 'PEF', 'NDL'].map((finding) => positives(finding as 'CSN'))).toEqual([
      4667, 5302, 1686, 13_317, 11_207,
    ]);
  },
);
