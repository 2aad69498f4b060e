import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm } from '../test/dicom-file.ts';
import { ingest, quarantineOf, recordedProgress, recordsOf, temporaryFolder } from '../test/testing.ts';
import { type SheetCell, workbook } from '../test/workbook.ts';
import { adapterOf } from './adapters/layouts.ts';
import type { Statement } from './tables/rows/statement.ts';
import { tableFile } from './tables/source-table.ts';

/** Tables as people have them, each with what pandas reads of it, or the words with which it is refused. */

const MAPPING = {
  image: 'image',
  patient: 'pid',
  view: 'view',
  age: 'age',
  sex: 'sex',
  labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } },
};
const HEADER = 'image,pid,view,age,sex,ptx';

interface Settings {
  readonly table?: string;
  readonly mapping?: object;
  readonly [setting: string]: unknown;
}

/** What is read of one table. */
async function read(content: string | Uint8Array, { table = 'labels.csv', ...settings }: Settings = {}) {
  const root = await temporaryFolder();
  await writeFile(join(root, table), content);
  const config = sourceConfig.parse({
    adapter: 'png-folder',
    root,
    public: true,
    table,
    mapping: MAPPING,
    ...settings,
  });
  const { rows, bad, doubts = [] } = await (await adapterOf(config)).parse([tableFile(root, table)]);
  return {
    rows: rows.map(({ imageId, patientId, view, ageYears, sex, labels }) =>
      [imageId, patientId, view, ageYears, sex, ptxOf(labels)].join(' '),
    ),
    bad: bad.map(({ ref, detail }) => `${ref} ${detail}`),
    doubts: doubts.map(({ text }) => text),
  };
}

function ptxOf({ present, absent }: Statement): number | null {
  return present?.includes('PTX') ? 1 : absent?.includes('PTX') ? 0 : null;
}

const A = 'a.png p1 PA 63 F 1';
const B = 'b.png p2 AP 45 M 0';
const ROWS = ['a.png,p1,PA,63,F,1', 'b.png,p2,AP,45,M,0'];
const CSV = [HEADER, ...ROWS, ''].join('\n');

describe('a text table is read', () => {
  test.each<[string, string | Uint8Array, Settings?]>([
    ['with commas', CSV],
    ['with semicolons', CSV.replaceAll(',', ';')],
    ['with tabs', CSV.replaceAll(',', '\t')],
    ['with bars', CSV.replaceAll(',', '|')],
    ['with semicolons, named .tsv', CSV.replaceAll(',', ';'), { table: 'labels.tsv' }],
    ['named .txt', CSV.replaceAll(',', '\t'), { table: 'labels.txt' }],
    ['with the line sep=;', `sep=;\r\n${CSV.replaceAll(',', ';')}`],
    ['with the line sep=, and a mark', `\uFEFFsep=,\n${CSV}`],
    [
      'with more commas than semicolons in its header',
      CSV.replaceAll(',', ';')
        .replace(HEADER.replaceAll(',', ';'), `${HEADER.replaceAll(',', ';')};"a,b,c,d,e,f,g,h"`)
        .replaceAll(/(1|0)\n/g, '$1;\n'),
    ],
    ['in Windows lines', CSV.replaceAll('\n', '\r\n')],
    ['in old Macintosh lines', CSV.replaceAll('\n', '\r')],
    ['whose rows were appended in Unix lines', CSV.replace('\n', '\r\n')],
    ['whose header alone is in Unix lines', CSV.replaceAll('\n', '\r\n').replace('\r\n', '\n')],
    ['without an end of its last line', CSV.trimEnd()],
    ['with a mark', `\uFEFF${CSV}`],
    ['with a mark in its middle', CSV.replace('b.png', '\uFEFFb.png')],
    ['in UTF-16', Buffer.from(`\uFEFF${CSV}`, 'utf16le')],
    ['in UTF-16, the larger byte first', Buffer.from(`\uFEFF${CSV}`, 'utf16le').swap16()],
    ['in UTF-16 without a mark', Buffer.from(CSV, 'utf16le'), { encoding: 'UTF-16LE' }],
    ['with a title above', `Chest films of April\n\n${CSV}`, { headerRow: 3 }],
    ['with a title of the same width', `Chest films,,,,,\n${CSV}`, { headerRow: 2 }],
    ['with blank lines above', `\n,,,,,\n${CSV}`],
    ['with blank lines below', `${CSV}\n,,,,,\n \n , , , , , \n`],
    ['with empty columns behind', CSV.replaceAll('\n', ',,\n')],
    ['with columns that nobody asks for', CSV.replaceAll('\n', ',x,x\n').replace('ptx,x,x', 'ptx,note,note')],
    [
      'with short rows where nobody asks',
      CSV.replace('ptx', 'ptx,note,more').replaceAll(/([10])\n/g, '$1,x\n'),
    ],
    [
      'with other case, spaces and underscores in its header',
      CSV.replace(HEADER, ' Image ,PID,View,AGE,Sex,PTX'),
    ],
    [
      'with other case in its cells',
      CSV.replace('PA', 'pa').replace('AP', 'Ap').replace('F', 'f').replace('M,', 'm ,'),
    ],
    ['with labels as pandas writes them', CSV.replaceAll(/([10])\n/g, '$1.0\n')],
    [
      'with decimal commas',
      CSV.replaceAll(',', ';')
        .replace('63', '63,5')
        .replaceAll(/([10])\n/g, '$1,0\n'),
    ],
    ['with blanks around', CSV.replaceAll(',', ' , ')],
  ])('%s', async (_, content, settings) => {
    expect(await read(content, settings)).toEqual({ rows: [A, B], bad: [], doubts: [] });
  });

  // Encoded by Python 3.11, whose names of them are cp949, cp932, gb18030, cp1252 and cp950.
  test.each([
    [
      'CP949',
      '영상,환자,기흉',
      '흉부_똠방각하.png,펲,유',
      '흉부_똠방각하.png',
      'bfb5bbf32cc8afc0da2cb1e2c8e40ac8e4bace5f8c63b9e6b0a2c7cf2e706e672cbc842cc0af0a',
    ],
    [
      'Shift-JIS',
      '画像,患者,気胸',
      '胸部①.png,髙橋,有',
      '胸部①.png',
      '89e6919c2c8ab38ed22c8b438bb90a8bb9959487402e706e672ceee08bb42c974c0a',
    ],
    [
      'GB18030',
      '图像,患者,气胸',
      '胸部㐂.png,李,有',
      '胸部㐂.png',
      'cdbccff12cbbbcd5df2cc6f8d0d80ad0d8b2bf8139ef312e706e672cc0ee2cd3d00a',
    ],
    [
      'CP1252',
      'Bild,Größe,Befund',
      'Schädel_€.png,Müller,ja',
      'Schädel_€.png',
      '42696c642c4772f6df652c426566756e640a536368e464656c5f802e706e672c4dfc6c6c65722c6a610a',
    ],
    [
      'Big5',
      '影像,病人,氣胸',
      '胸部.png,陳,有',
      '胸部.png',
      'bc76b9b32caf66a4482caef0afdd0aafddb3a12e706e672cb3af2ca6b30a',
    ],
  ])('in %s, if it is named; else the error names it', async (encoding, header, row, image, hex) => {
    const [name = '', , label = ''] = header.split(',');
    const value = row.split(',')[2] ?? '';
    const mapping = { image: name, labels: { PTX: { columns: [label], values: { [value]: 1 } } } };
    const bytes = Buffer.from(hex, 'hex');
    expect((await read(bytes, { encoding, mapping })).rows).toEqual([`${image}  unknown   1`]);
    const refused = read(bytes, { mapping });
    await expect(refused).rejects.toThrow(
      'a table that is not UTF-8: labels.csv (save it in UTF-8, or name its encoding',
    );
    await expect(refused).rejects.toThrow(encoding);
  });

  test('a name in either Unicode form', async () => {
    const mapping = { image: '영상', labels: { PTX: { columns: ['기흉'], values: { 있음: 1 } } } };
    const text = '영상,기흉\n흉부.png,있음\n';
    for (const form of ['NFC', 'NFD'] as const) {
      for (const other of ['NFC', 'NFD'] as const) {
        const { rows } = await read(text.normalize(form), {
          mapping: JSON.parse(JSON.stringify(mapping).normalize(other)),
        });
        expect(rows).toEqual(['흉부.png  unknown   1']);
      }
    }
  });
});

describe('a row', () => {
  test('with an inch mark or a quote in a cell keeps it', async () => {
    const text = `${HEADER},note\na.png,p1,PA,63,F,1,14" film\nb.png,p2,AP,45,M,0,"a ""large"" one, 5"\n`;
    expect(await read(text)).toMatchObject({ rows: [A, B], bad: [] });
  });

  test('that is ragged, holds a NUL or is the header again is bad, and no other is', async () => {
    const text = [
      HEADER,
      ROWS[0],
      'c.png,p3',
      'd.png,p4,PA,1,F,1,9',
      'e.png,p\0,PA,1,F,1',
      HEADER,
      ROWS[1],
      '',
    ];
    expect(await read(text.join('\n'))).toEqual({
      rows: [A, B],
      bad: [
        "labels.csv:3 2 columns, not the header's 6",
        "labels.csv:4 7 columns, not the header's 6",
        'labels.csv:5 a NUL in it',
        'labels.csv:6 the header again',
      ],
      doubts: [],
    });
  });

  test('without an id, or with one that has lost digits, says so', async () => {
    const text = [
      HEADER,
      'a.png,12.0,PA,63,F,1',
      'b.png,nan,AP,45,M,0',
      ',p,PA,1,F,1',
      'c.png,1.23457E+11,PA,1,F,1',
    ];
    expect(await read(text.join('\n'))).toMatchObject({
      rows: ['a.png 12 PA 63 F 1', 'b.png  AP 45 M 0'],
      bad: [
        'labels.csv:4 no image is named',
        'labels.csv:5 an id in scientific notation, which has lost digits: save that column as text',
      ],
    });
  });

  test('keeps the zeros of its ids', async () => {
    expect((await read(`${HEADER}\n0023.png,0015,PA,63,F,1\n`)).rows).toEqual(['0023.png 0015 PA 63 F 1']);
  });
});

test('ages of every form are read, or counted as unknown and said', async () => {
  const ages = [
    '63.0',
    '063Y',
    '63 ',
    '45세',
    '>89',
    '90+',
    '756M',
    '63.5',
    '"63,5"',
    '63yo',
    '',
    'Unknown',
    '60-69',
    '1957-03-02',
    '60-69',
  ];
  const text = [HEADER, ...ages.map((age, i) => `${i}.png,p,AP,${age},M,1`)].join('\n');
  const { rows, doubts } = await read(text);
  const years = ['63', '63', '63', '45', '90', '90', '63', '63', '63', '63', '', '', '', '', ''];
  expect(rows.map((row) => row.split(' ')[3])).toEqual(years);
  expect(doubts).toEqual([
    'labels.csv: 4 rows with ages that cannot be read count as unknown: "60-69" (2), "1957-03-02" (1), "Unknown" (1)',
  ]);
});

describe('a table is refused', () => {
  test.each<[string, string | Uint8Array, string, Settings?]>([
    [
      'with two columns of one name',
      CSV.replace('sex', 'ptx'),
      '2 columns "ptx": labels.csv (rename all but the one that is meant)',
    ],
    [
      'with a title above',
      `Films,of,April\n\n${CSV}`,
      'no column "image": labels.csv (its row 3 names the columns: add "headerRow": 3)',
    ],
    [
      'in UTF-16 without a mark',
      Buffer.from(CSV, 'utf16le'),
      'a table in UTF-16 without a mark: labels.csv (save it in UTF-8, or name its encoding, "encoding": "UTF-16LE")',
    ],
    [
      'that is a workbook',
      workbook('s', [['image']]),
      'a csv that is a workbook or a zip archive: labels.csv (name a workbook .xlsx',
    ],
    [
      'as a workbook that is none',
      CSV,
      'not a workbook: labels.xlsx (save it as .xlsx, or name it .csv if it is one)',
      { table: 'labels.xlsx' },
    ],
    [
      'as a workbook of the old kind',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'a workbook with a password, or of the old kind: labels.xlsx',
      { table: 'labels.xlsx' },
    ],
    [
      'in an encoding that is none',
      CSV,
      'no such encoding: CP9499 (did you mean "CP949"?)',
      { encoding: 'CP9499' },
    ],
    [
      'in another encoding than is named',
      Buffer.from([0xff, 0x80, 0xff]),
      'a table that is not CP949: labels.csv',
      { encoding: 'CP949' },
    ],
  ])('%s', async (_, content, message, settings) => {
    await expect(read(content, settings)).rejects.toThrow(message);
  });
});

describe('a workbook', () => {
  const xlsx = (cells: readonly (readonly SheetCell[])[], more: Parameters<typeof workbook>[2] = {}) =>
    workbook('판독', cells, more);
  const header = HEADER.split(',');
  const rows = ROWS.map((row) => row.split(','));
  const from = (content: Uint8Array, settings: Settings = {}) =>
    read(content, { table: 'labels.xlsx', ...settings });

  test('is read as a csv is, with texts inside or shared', async () => {
    for (const shared of [false, true]) {
      expect(await from(xlsx([header, ...rows], { shared }))).toEqual({ rows: [A, B], bad: [], doubts: [] });
    }
  });

  test('shows numbers as its own format does: ids in their zeros, ages and labels plain', async () => {
    const number = (value: string, format?: string) => ({ value, format });
    const sheet = [
      header,
      ['a.png', number('15', '0000'), 'PA', number('63'), 'F', number('1')],
      ['b.png', number('1234567', '000-00-0000'), 'AP', number('45.5', '0.00'), 'M', number('0', '0')],
      ['c.png', number('1.23456789012E+11'), 'AP', number('45', '#,##0'), 'M', number('1')],
      ['d.png', number('42', '"MRN"00000'), 'AP', '', '', ''],
    ];
    expect((await from(xlsx(sheet))).rows).toEqual([
      'a.png 0015 PA 63 F 1',
      'b.png 001-23-4567 AP 45 M 0',
      'c.png 123456789012 AP 45 M 1',
      'd.png MRN00042 AP   ',
    ]);
  });

  test('of merged cells has their text in each of their rows', async () => {
    const sheet = [
      header,
      ['a.png', 'p1', 'PA', '63', 'F', '1'],
      ['b.png', '', 'AP', '45', 'M', '0'],
      ['c.png', '', 'AP', '', '', '1'],
    ];
    expect((await from(xlsx(sheet, { merged: ['B2:B3'] }))).rows).toEqual([
      A,
      'b.png p1 AP 45 M 0',
      'c.png  AP   1',
    ]);
  });

  test('with a title above its header, or on another sheet, is read if pipeline.json says so; else the error says how', async () => {
    const titled = xlsx([['흉부 X선 판독 목록'], [], header, ...rows], { merged: ['A1:F1'] });
    await expect(from(titled)).rejects.toThrow(
      'no column "image": labels.xlsx (its row 3 names the columns: add "headerRow": 3)',
    );
    expect((await from(titled, { headerRow: 3 })).rows).toEqual([A, B]);
    const second = xlsx([['a note']], { others: { 표: [header, ...rows] } });
    await expect(from(second)).rejects.toThrow('sheet 2 has the columns: add "sheet": 2');
    expect((await from(second, { sheet: 2 })).rows).toEqual([A, B]);
    expect((await from(second, { sheet: '표'.normalize('NFD') })).rows).toEqual([A, B]);
    await expect(from(second, { sheet: 'x' })).rejects.toThrow(
      'no sheet "x": labels.xlsx (it has "판독", "표")',
    );
  });

  test('of 28,000 rows and 20 columns is read', async () => {
    const wide = (row: readonly string[], i: number) => [
      ...row,
      ...Array.from({ length: 14 }, (_, j) => `text ${i} ${j}`),
    ];
    const sheet = [
      wide(header, 0),
      ...Array.from({ length: 28_000 }, (_, i) =>
        wide([`i${i}.png`, `p${i}`, 'PA', '63', 'F', `${i % 2}`], i),
      ),
    ];
    const { rows: all, bad } = await from(xlsx(sheet, { shared: true }));
    expect(bad).toEqual([]);
    expect(all).toHaveLength(28_000);
    expect(all[27_999]).toBe('i27999.png p27999 PA 63 F 1');
  }, 60_000);
});

describe('names of files', () => {
  const film = (AccessionNumber: string, seed: number) =>
    drawnFilm({ SOPInstanceUID: `1.2.${seed}`, PatientID: `p${seed}`, AccessionNumber }, seed);

  async function ingested(files: Readonly<Record<string, string | Uint8Array>>, settings: object) {
    const root = await temporaryFolder();
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(root, dirname(path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
    const work = await temporaryFolder();
    const config = sourceConfig.parse({
      adapter: 'dicom-folder',
      root,
      namespace: 'seoul',
      table: 'labels.csv',
      mapping: { image: 'acc', labels: { PTX: { columns: ['ptx'], values: { '1': 1, '0': 0 } } } },
      joinBy: 'AccessionNumber',
      ...settings,
    });
    const lines: string[] = [];
    const artifact = await ingest(work, root, {
      config,
      env: { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) },
      progress: recordedProgress(lines),
    });
    return { records: await recordsOf(artifact), quarantined: await quarantineOf(artifact), lines };
  }

  test('and of their table are one in both Unicode forms, in folders of any form', async () => {
    const films = { '흉부/김.dcm': film('1', 1), 'b/Müller.dcm': film('2', 2) };
    const decomposed = Object.fromEntries(
      Object.entries(films).map(([path, bytes]) => [path.normalize('NFD'), bytes]),
    );
    const table = 'acc,ptx\n흉부/김.dcm,1\nb/Müller.dcm,0\n';
    const { records, quarantined } = await ingested(
      { ...decomposed, ['라벨.csv'.normalize('NFD')]: table },
      { table: '라벨.csv', joinBy: 'path' },
    );
    expect(quarantined).toEqual([]);
    expect(records).toHaveLength(2);
  });

  const exported = { '1': film('0023041500', 1), '2': film('0023041501', 2), '3': film('77', 3) };
  const numbers = 'acc,ptx\n23041500,1\n23041501.0,0\n77,1\n99,0\n';

  test('whose zeros the table has lost are counted, and joined if pipeline.json says so', async () => {
    const as = await ingested({ ...exported, 'labels.csv': numbers }, {});
    expect(as.records).toHaveLength(1);
    expect(as.lines).toContain(
      'ingest nih: 2 of 3 rows without an image would match without leading zeros and without the decimals of whole numbers: "joinNormalise": ["leadingZeros","decimals"]',
    );
    const { records, quarantined } = await ingested(
      { ...exported, 'labels.csv': numbers },
      { joinNormalise: ['leadingZeros', 'decimals'] },
    );
    expect(records).toHaveLength(3);
    expect(quarantined.map(({ reason }) => reason)).toEqual(['no-image']);
  });

  test('of which none matches: the error says how many would', async () => {
    await expect(
      ingested(
        {
          '1': film('0000100', 1),
          'labels.xlsx': workbook('s', [
            ['acc', 'ptx'],
            [{ value: '100' }, '1'],
          ]),
        },
        { table: 'labels.xlsx' },
      ),
    ).rejects.toThrow(
      '1 of 1 row without an image would match without leading zeros: "joinNormalise": ["leadingZeros"]',
    );
  });

  test('that two films might have are not chosen among', async () => {
    const films = { '1': film('015', 1), '2': film('0015', 2), '3': film('16', 3) };
    const { records } = await ingested(
      { ...films, 'labels.csv': 'acc,ptx\n15,1\n16,0\n' },
      { joinNormalise: ['leadingZeros'] },
    );
    expect(records).toHaveLength(1);
  });
});
