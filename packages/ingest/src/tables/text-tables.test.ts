import { describe, expect, test } from 'vitest';
import { A, B, CSV, HEADER, ROWS, readTable as read, type Settings } from '../../test/read-table.ts';
import { workbook } from '../../test/workbook.ts';

/** Text tables as people have them, each with what pandas reads of it, or the words with which it is refused. */

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
    [
      'with marks that nobody sees',
      CSV.replace('image', '\u200bimage').replace('b.png', 'b.png\u200e\u00ad'),
    ],
    ['with ids that are kept as texts', CSV.replace('p1', '"=""p1"""').replace('p2', '="p2"')],
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
    [
      'whose header has a line break in a cell that nobody asks for, with semicolons',
      CSV.replaceAll(/\n/g, ',x\n').replace('ptx,x', 'ptx,"note\nof, the, reader"').replaceAll(',', ';'),
    ],
    ['with all cells in quotes', CSV.replaceAll(/[^,\n]+/g, '"$&"')],
    [
      'with cells of 1 MB',
      CSV.replaceAll(/([10])\n/g, `$1,"${'x\n'.repeat(2 ** 19)}"\n`).replace('ptx', 'ptx,note'),
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

  test('with a quote that nothing closes is bad, and no other is', async () => {
    const lines = [HEADER, ROWS[0], '"c.png,p3,PA,1,F,1', ROWS[1], ''];
    expect(await read(lines.join('\n'))).toEqual({
      rows: [A, B],
      bad: ['labels.csv:3 a quote that is not closed'],
      doubts: [],
    });
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

test('a table that is a header has no rows', async () => {
  expect(await read(`${HEADER}\n`)).toEqual({ rows: [], bad: [], doubts: [] });
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
    ['that is empty', '', 'an empty table: labels.csv (it needs a header and a row an image)'],
    ['that is blank', '\n , ,\n\n', 'an empty table: labels.csv'],
    [
      'that is a web page',
      `<html><table><tr><td>${CSV}</td></tr></table></html>`,
      'a table that is a web page or XML: labels.csv (open it in a spreadsheet program and save it as .xlsx or as CSV)',
    ],
    [
      'that is an old workbook',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'a csv that is an old workbook: labels.csv',
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
