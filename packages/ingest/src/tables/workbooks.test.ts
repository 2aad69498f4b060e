import { readFile } from 'node:fs/promises';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { A, B, CSV, HEADER, MAPPING, ROWS, readTable, type Settings } from '../../test/read-table.ts';
import { type SheetCell, workbook } from '../../test/workbook.ts';

/** What workbooks of the old kind begin with, and those with a password. */
const OLD = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const PERSON = 'HONG GILDONG';

describe('a workbook', () => {
  const xlsx = (cells: readonly (readonly SheetCell[])[], more: Parameters<typeof workbook>[2] = {}) =>
    workbook('판독', cells, more);
  const header = HEADER.split(',');
  const rows = ROWS.map((row) => row.split(','));
  const from = (content: Uint8Array, settings: Settings = {}) =>
    readTable(content, { table: 'labels.xlsx', ...settings });

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

  test('shows dates, truths and errors as a person sees them', async () => {
    const number = (value: string, format?: string) => ({ value, format });
    const sheet = [
      header,
      ['a.png', number('45292', 'yyyy-mm-dd'), 'PA', '63', 'F', { value: '1', type: 'b' as const }],
      ['b.png', number('45292.75', 'd. mmm yy'), 'AP', '45', 'M', { value: '0', type: 'b' as const }],
      [
        'c.png',
        { value: '2024-01-01T00:00:00', type: 'd' as const },
        'AP',
        { value: '#N/A', type: 'e' as const },
        '',
        '',
      ],
      ['d.png', { value: 'p4', type: 'str' as const }, 'AP', '', '', ''],
    ];
    const read = [
      'a.png 2024-01-01 PA 63 F 1',
      'b.png 2024-01-01 AP 45 M 0',
      'c.png 2024-01-01 AP   ',
      'd.png p4 AP   ',
    ];
    expect(await from(xlsx(sheet))).toEqual({ rows: read, bad: [], doubts: [] });
    const from1904 = sheet.map((row) =>
      row.map((one) =>
        typeof one === 'object' && 'format' in one
          ? { ...one, value: String(Number(one.value) - 1462) }
          : one,
      ),
    );
    expect((await from(xlsx(from1904, { is1904: true }))).rows).toEqual(read);
  });

  test('joins a text of several letterings', async () => {
    for (const shared of [false, true]) {
      const sheet = [header, [{ runs: ['a', '.png'] }, 'p1', { runs: ['P', 'A'] }, '63', 'F', '1']];
      expect((await from(xlsx(sheet, { shared }))).rows).toEqual([A]);
    }
  });

  test('whose first sheet is hidden is read from the first that a person sees', async () => {
    const book = xlsx([['a list of choices']], { hidden: ['판독'], others: { 표: [header, ...rows] } });
    expect((await from(book)).rows).toEqual([A, B]);
    await expect(from(book, { sheet: 1 })).rejects.toThrow('sheet 2 has the columns: add "sheet": 2');
  });

  test('whose first sheet is empty says which other has the columns', async () => {
    await expect(from(xlsx([], { others: { 표: [header, ...rows] } }))).rejects.toThrow(
      'an empty table: labels.xlsx (sheet 2 has the columns: add "sheet": 2)',
    );
  });

  test('of formulas has their results; a row that lacks one where it is asked for is bad', async () => {
    const fixture = (name: string) => readFile(new URL(`../../fixtures/tables/${name}`, import.meta.url));
    expect(await from(await fixture('formulas-with-results.xlsx'))).toMatchObject({ rows: [A, B], bad: [] });
    expect(await from(await fixture('formulas-without-results.xlsx'))).toMatchObject({
      rows: [B],
      bad: [
        'labels.xlsx:2 a formula whose result is not in the workbook: open it in a spreadsheet program and save it',
      ],
    });
  });

  test('counts the days of early 1900 as Excel shows them', async () => {
    const day = (value: string) => ({ value, format: 'yyyy-mm-dd' });
    const sheet = [header, ...['1', '59', '61'].map((value) => [day(value), 'p1', 'PA', '63', 'F', '1'])];
    expect((await from(xlsx(sheet))).rows).toEqual(
      ['1900-01-01', '1900-02-28', '1900-03-01'].map((name) => A.replace('a.png', name)),
    );
  });

  test('has a header of two lines in a cell', async () => {
    const broken = ['ima\nge', 'pid', 'view', 'age', 'sex', 'ptx'];
    const mapping = { ...MAPPING, image: 'ima ge' };
    expect((await from(xlsx([broken, ...rows]), { mapping })).rows).toEqual([A, B]);
  });

  test.each<[string, string | Uint8Array, string, string?]>([
    ['a csv', CSV, 'not a workbook: labels.xlsx (save it as .xlsx, or name it .csv if it is one)'],
    ['an empty file', '', 'an empty file: labels.xlsx (save it again as .xlsx)'],
    [
      'a web page',
      `\uFEFF<html><body><table><tr><td>${PERSON}</td></tr></table></body></html>`,
      'a web page or XML that is named as a workbook: labels.xlsx (open it in a spreadsheet program and save it as .xlsx)',
    ],
    [
      'a workbook with a password',
      Buffer.concat([OLD, Buffer.alloc(70_000), Buffer.from('EncryptedPackage', 'utf16le')]),
      'a workbook with a password: labels.xlsx (save it as .xlsx without a password)',
    ],
    [
      'a workbook of the old kind',
      OLD,
      'a workbook of the old kind (.xls): labels.xlsx (save it as .xlsx or as csv)',
    ],
    ['an .xls', OLD, 'a spreadsheet that is no .xlsx: labels.xls (save it as .xlsx or as csv)', 'labels.xls'],
    [
      'an .ods',
      'PK',
      'a spreadsheet that is no .xlsx: labels.ods (save it as .xlsx or as csv)',
      'labels.ods',
    ],
    ['a zip of other things', zipSync({ 'a.txt': strToU8('a') }), 'not a workbook: labels.xlsx'],
    [
      'half a workbook',
      workbook('s', [header, ...rows]).subarray(0, 900),
      'a workbook that cannot be read: labels.xlsx',
    ],
  ])('is refused where it is %s', async (_, content, message, table = 'labels.xlsx') => {
    await expect(readTable(content, { table })).rejects.toThrow(message);
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
