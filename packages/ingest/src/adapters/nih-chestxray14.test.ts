import { DEFAULT_FINDINGS, LAYOUT_LABELS } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { labelsOf, layoutOf } from '../../test/finding-labels.ts';
import { publishedTable, sharedData, tally, textTable } from '../../test/testing.ts';
import { readCsv } from '../tables/csv-table.ts';
import nihChestXray14, { NIH_COUNTS } from './nih-chestxray14.ts';

const HEADER_2020 =
  'Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y]';
const HEADER_2017 = `${HEADER_2020},`;

const table = (...lines: string[]) => [textTable('Data_Entry.csv', lines.join('\n'))];
const parse = (...lines: string[]) => nihChestXray14().parse(table(...lines));
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
  test('of the release of 2020', async () => {
    expect(await parse(HEADER_2020, row2020({ labels: 'Mass|Effusion|Hernia', view: 'AP' }))).toEqual({
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
          supine: null,
          ageYears: 57,
          sex: 'M',
          supportDevices: null,
          filmSize: { width: 2682, height: 2749 },
          noFinding: false,
          labels: { present: ['Effusion', 'Hernia', 'Mass'], others: 'absent' },
          labelSet: 'report',
          officialSplit: null,
          sameAs: null,
        },
      ],
    });
  });

  test('of the release of 2017: ages with a unit, a comma at the end of each line', async () => {
    const { rows, bad } = await parse(HEADER_2017, `${row2020({ age: '058Y' })},`);
    expect(bad).toEqual([]);
    expect(rows[0]).toMatchObject({ ageYears: 58, patientId: '00000001', noFinding: true });
  });

  test('with Windows line ends, a byte order mark, and the newer name of the column for sex', async () => {
    const text = `\ufeff${HEADER_2020.replace('Gender', 'Sex')}\r\n${row2020({ sex: 'F' })}\r\n`;
    const { rows } = await nihChestXray14().parse([textTable('Data_Entry.csv', text)]);
    expect(rows[0]).toMatchObject({ sex: 'F', view: 'PA' });
  });

  test('with an implausible age has no age, with a very high one is 90', async () => {
    const { rows } = await parse(
      HEADER_2020,
      row2020({ age: '414' }),
      row2020({ age: '94' }),
      row2020({ age: '' }),
    );
    expect(rows.map((row) => row.ageYears)).toEqual([null, 90, null]);
  });

  test('without a view is a row of unknown view', async () => {
    const { rows } = await parse(HEADER_2020, row2020({ view: '' }));
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
    ['another view', { view: 'Apx' }, 'unknown view position, did you mean "AP"?'],
    ['a view named as a method of objects', { view: 'toString' }, 'unknown view position, known: AP, PA'],
  ])('with %s is a bad row', async (_, change, detail) => {
    expect(await parse(HEADER_2020, row2020(change), row2020({}))).toMatchObject({
      bad: [{ ref: 'Data_Entry.csv:2', detail }],
      rows: [{ ref: 'Data_Entry.csv:3' }],
    });
  });

  test('of another shape is a bad row, the others are read', async () => {
    const { rows, bad } = await parse(
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

  test('with quotes in the wrong place is a bad row', async () => {
    const { rows, bad } = await parse(HEADER_2020, '"a.png,No Finding,"', row2020({}));
    expect(bad).toEqual([{ ref: 'Data_Entry.csv:2', detail: "1 columns, not the header's 11" }]);
    expect(rows).toHaveLength(1);
  });
});

describe('a table that cannot be used', () => {
  test('lacks a column: the error names it and the nearest', async () => {
    await expect(parse(HEADER_2020.replace('Patient ID', 'PatientID'), row2020({}))).rejects.toThrow(
      'no column "Patient ID": Data_Entry.csv (did you mean "PatientID"?)',
    );
  });

  test('is empty', async () => {
    for (const empty of ['', '\uFEFF\r\n', ',,\n']) {
      await expect(parse(empty)).rejects.toThrow('an empty table: Data_Entry.csv');
    }
  });

  test('is not in UTF-8, as spreadsheets export "Unicode text"', async () => {
    const utf16 = Buffer.from(HEADER_2020, 'utf16le').toString('utf8');
    await expect(parse(utf16)).rejects.toThrow(
      'a table in UTF-16 without a mark: Data_Entry.csv (save it in UTF-8, or name its encoding, "encoding": "UTF-16LE")',
    );
  });

  test('has labels that nobody knows: all of them, with the nearest names', async () => {
    const strange = [
      row2020({ labels: 'Efusion|Mass' }),
      row2020({ labels: 'Efusion' }),
      row2020({ labels: 'toString' }),
    ];
    await expect(parse(HEADER_2020, ...strange)).rejects.toThrow(
      /^unknown finding labels in Data_Entry\.csv: "Efusion" \(2 rows; did you mean "Effusion"\?\), "toString" \(1 rows; known: Atelectasis, .*\) \(correct them/,
    );
  });

  test('is one of two', async () => {
    const two = [...table(HEADER_2020), textTable('Data_Entry_2017.csv', HEADER_2017)];
    await expect(nihChestXray14().parse(two)).rejects.toThrow(
      'more than one label table: Data_Entry.csv, Data_Entry_2017.csv',
    );
  });
});

test('images are looked for in all of NIH`s layouts, and hidden files are not images', async () => {
  const { enters, isImage, isTable, imageId } = nihChestXray14();
  for (const folder of ['images', 'images_001', 'images_012/images']) expect(enters(folder)).toBe(true);
  for (const folder of ['masks', 'images/old', 'images_001/other']) expect(enters(folder)).toBe(false);
  expect(isImage('images/._00000001_000.png')).toBe(false);
  expect(isTable('Data_Entry_2017.csv')).toBe(true);
  expect(isTable('BBox_List_2017.csv')).toBe(false);
  expect(imageId('images_001/images/00000001_000.png')).toBe('00000001_000.png');
});

test('the split of NIH`s own lists is taken where they lie beside the table', async () => {
  const lists = [
    textTable('train_val_list.txt', '00000001_000.png\r\n'),
    textTable('test_list.txt', '00000001_001.png\n'),
  ];
  const images = ['00000001_000.png', '00000001_001.png', '00000001_002.png'];
  const rows = images.map((image) => row2020({ image }));
  const parsed = await nihChestXray14().parse([...table(HEADER_2020, ...rows), ...lists]);
  expect(parsed.rows.map((row) => row.officialSplit)).toEqual(['train-val', 'test', null]);
});

const published = sharedData('annotations/Data_Entry_2017_v2020.csv.gz');
test.skipIf(published === null)(
  'the tables above agree with NIH`s own file (skipped where ../shared is absent)',
  async () => {
    const table = publishedTable(published as string, 'Data_Entry_2017_v2020.csv.gz');
    const { rows, bad } = await nihChestXray14().parse([table]);
    expect(bad).toEqual([]);
    expect({
      rows: rows.length,
      patients: new Set(rows.map((row) => row.patientId)).size,
      ...tally(rows, ({ view }) => view),
    }).toEqual(NIH_COUNTS);
    const names = new Set<string>();
    for await (const { cells } of readCsv(table, { labels: ['Finding Labels'] }, [])) {
      for (const name of cells.labels.split('|')) names.add(name);
    }
    expect([...names].sort()).toEqual([...LAYOUT_LABELS['nih-chestxray14']]);
    // counts of the file itself, by pandas
    const labels = rows.map(labelsOf(layoutOf('nih-chestxray14')));
    const positives = DEFAULT_FINDINGS.map((finding) => labels.filter((film) => film[finding] === 1).length);
    expect(positives).toEqual([4667, 5302, 11_207, 1686, 13_317]);
  },
);
