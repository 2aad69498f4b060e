import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Metrics } from '@viewgap/contracts';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import {
  beside,
  cell,
  findings,
  type Layout,
  LONG_CSV,
  layoutMetrics,
  lines,
  rows,
  wanted,
} from '../test/layouts.ts';
import { evaluateInto, inFolder } from '../test/testing.ts';
import { LONG } from './input/files/prediction-columns.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const WIDE = lines(
  ['image_id', 'patient_id', 'view', ...findings.flatMap((f) => [`prob_${f}`, `label_${f}`])],
  (id) => {
    const { patient_id, view } = cell(id, 'PTX');
    return [id, patient_id, view, ...findings.flatMap((f) => [cell(id, f).score, cell(id, f).label])];
  },
);
const WIDE_LAYOUT = {
  wide: 'prob_{finding}',
  wideLabels: 'label_{finding}',
  constants: { dataset: 'nih', model: 'model1' },
};
/** Every cell but those of the first three columns and of the header. */
const cells = (change: (text: string, column: number) => string) =>
  WIDE.split('\n')
    .map((line, row) =>
      row === 0
        ? line
        : line
            .split(',')
            .map((text, column) => (column < 3 ? text : change(text, column)))
            .join(','),
    )
    .join('\n');
const isLabel = (column: number) => (column - 3) % 2 === 1;
const words = (yes: string, no: string) =>
  cells((text, column) => (isLabel(column) ? ({ '1': yes, '0': no }[text] ?? text) : text));
const quoted = (text: string) => text.replaceAll(',', ';').replaceAll('.', ',');
const asJson = () => {
  const [header = '', ...rows] = WIDE.trim().split('\n');
  const objects = rows.map((row) =>
    Object.fromEntries(
      row
        .split(',')
        .map((text, i) => [header.split(',')[i], i < 3 ? text : text === '' ? null : Number(text)]),
    ),
  );
  return objects.map((one) => JSON.stringify(one)).join('\n');
};

/** An .xlsx of one sheet, of texts in its cells and of numbers. */
function workbook(csv: string): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const cellOf = (text: string) => {
    if (text === '') return '<c/>';
    return /^-?[\d.]+$/.test(text) ? `<c><v>${text}</v></c>` : `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  };
  const sheetRows = csv
    .trim()
    .split('\n')
    .map((line) => `<row>${line.split(',').map(cellOf).join('')}</row>`);
  const parts = {
    '_rels/.rels': `<Relationships xmlns="${relations}"><Relationship Id="b" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="s" sheetId="1" r:id="s"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relations}"><Relationship Id="s" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheetRows.join('')}</sheetData></worksheet>`,
  };
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}

describe('a text table, whatever program wrote it, gives the same metrics', () => {
  test.each<[string, string | Uint8Array, string?, object?]>([
    ['with True and False', words('True', 'False')],
    ['with Yes and No', words('Yes', 'No')],
    ['with TRUE and FALSE', words('TRUE', 'FALSE')],
    ['with Positive and Negative', words('Positive', 'Negative')],
    ['with labels of 1.0', words('1.0', '0.0')],
    ['with quotes around every cell, as R writes it', WIDE.replaceAll(/[^,\n]+/g, '"$&"')],
    ['in Windows lines', WIDE.replaceAll('\n', '\r\n')],
    ['with a mark of UTF-8', `\uFEFF${WIDE}`],
    ['with blanks around its cells', WIDE.replaceAll(',', ' , ')],
    [
      "with pandas' index",
      WIDE.trim()
        .split('\n')
        .map((line, row) => `${row === 0 ? 'Unnamed: 0' : row - 1},${line}\n`)
        .join(''),
    ],
    [
      'with semicolons and decimal commas',
      `\uFEFF${quoted(WIDE.replaceAll('.png', '@png')).replaceAll('@png', '.png')}`.replaceAll('\n', '\r\n'),
    ],
    ['with the line sep=;', `sep=;\r\n${WIDE.replaceAll(',', ';')}`],
    ['with tabs', WIDE.replaceAll(',', '\t'), 'tsv'],
    ['with tabs, named .csv', WIDE.replaceAll(',', '\t')],
    ['with bars, named .txt', WIDE.replaceAll(',', '|'), 'txt'],
    ['as JSON lines', asJson(), 'jsonl'],
    ['with views in lower case', WIDE.replaceAll(',AP,', ',ap,').replaceAll(',PA,', ', Pa ,')],
    ['in old Macintosh lines', WIDE.replaceAll('\n', '\r')],
    ['whose last rows were appended in Unix lines', WIDE.replace('\n', '\r\n')],
    ['in UTF-16', Buffer.from(`\uFEFF${WIDE}`, 'utf16le')],
    ['in UTF-16 without a mark', Buffer.from(WIDE, 'utf16le'), 'csv', { encoding: 'UTF-16LE' }],
    ['as a workbook', workbook(WIDE), 'xlsx'],
    ['as a workbook with a title', workbook(`Scores of April\n${WIDE}`), 'xlsx', { headerRow: 2 }],
    ['with a title above', `Scores of April\n\n${WIDE}`, 'csv', { headerRow: 3 }],
    [
      'with a column that differs from another in case alone',
      WIDE.replaceAll('\n', ',x\n').replace(',x', ',View'),
    ],
    ['packed', gzipSync(WIDE.replaceAll(',', ';')), 'csv.gz'],
    [
      'with other spellings of its columns',
      WIDE.replace('image_id,patient_id,view', ' Image ID,PATIENT_ID ,View'),
    ],
    [
      'with cells of many lines',
      WIDE.replaceAll('\n', `,"${'x\n'.repeat(2 ** 10)}"\n`).replace(/"[^"]*"/, 'note'),
    ],
    [
      'with empty columns and rows',
      `${WIDE.replaceAll('\n', ',,\n')}${','.repeat(2 * findings.length + 4)}\n\n`,
    ],
  ])('%s', async (_, content, suffix = 'csv', more = {}) => {
    let found: Metrics | null = null;
    await inFolder(async (folder) => {
      // DuckDB takes brackets for a pattern of names.
      const file = join(folder, `scores[1].${suffix}`);
      await writeFile(file, content);
      const artifact = await evaluateInto(folder, [file], { layout: { ...LONG, ...WIDE_LAYOUT, ...more } });
      found = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
    });
    expect((found as unknown as Metrics).cells).toEqual(wanted);
  });

  const named = LONG_CSV.replaceAll(/^nih,/gm, '큰 병원,');

  test('in another encoding, if it is named; else the error names it', async () => {
    // "큰 병원" by Python 3.11 as CP949.
    const bytes = Buffer.concat(
      named
        .split('큰 병원')
        .flatMap((part, i) => [
          ...(i === 0 ? [] : [Buffer.from('c5ab20bab4bff8', 'hex')]),
          Buffer.from(part),
        ]),
    );
    const metrics = (content: Uint8Array, encoding?: string) =>
      layoutMetrics({ 'scores.csv': content }, { encoding });
    expect((await metrics(bytes, 'CP949')).datasets[0]?.dataset).toBe('큰 병원');
    await expect(metrics(bytes)).rejects.toThrow(
      /a table that is not UTF-8: scores.csv .*name its encoding, --encoding CP949/,
    );
  });
});

test.each([
  [
    LONG_CSV.replaceAll(/,-?[\d.]+(e-?\d+)?$/gm, ',"1,234.5"'),
    'scores that are missing, NaN or infinite: row 1 of scores.csv',
  ],
  [`${LONG_CSV}${LONG_CSV.split('\n')[1]}\n`, 'rows of the same dataset, image, model, seed and finding'],
  [LONG_CSV.replaceAll(/,1,(?=[^,]*$)/gm, ',2,'), 'labels that are not 0, 1 or empty'],
  [LONG_CSV.replace(/,-?[\d.]+(e-?\d+)?$/m, ',inf'), 'scores that are missing, NaN or infinite'],
  [
    LONG_CSV.replace('finding,', 'view,'),
    '2 columns "view": scores.csv (rename all but the one that is meant)',
  ],
  [
    `Scores of April\n\n${LONG_CSV}`,
    'no column image_id: scores.csv (its row 3 names the columns: add --header-row 3)',
  ],
  [
    `${LONG_CSV}nih,a\nnih,a,b,AP,m,PTX,1,0.5,9\n"nih,a,b,AP,m,PTX,1,0.5\n`,
    `rows that do not have the header's shape: row ${rows.length + 1} of scores.csv (2 columns, not the header's 8), row ${rows.length + 2} of scores.csv (9 columns, not the header's 8), row ${rows.length + 3} of scores.csv (a quote that is not closed)`,
  ],
  ['', 'an empty table: scores.csv'],
  [
    LONG_CSV.split('\n').slice(1).join('\n'),
    'no column image_id: scores.csv (its first line must name the columns)',
  ],
  ['<html><table></table></html>', 'a table that is a web page or XML: scores.csv'],
])('a text table that cannot be meant is refused: %#', async (content, message) => {
  await expect(layoutMetrics({ 'scores.csv': content }, {})).rejects.toThrow(message);
});

/** An invented person, where a table has one row of data for a header, or a column of names for one of views. */
test('no cell of a table is quoted in an error', async () => {
  const person = 'HONG GILDONG';
  const number = '600203-1234567';
  const header = 'dataset,image_id,patient_id,view,model,finding,label,score';
  const row = `nih,${number},${person},AP,m,PTX,1,0.5`;
  const tables: [string, string | Uint8Array, Partial<Layout>?][] = [
    ['no column image_id', `${row}\n${row}\n`],
    ['no column image_id', `${row}\n`.replaceAll(',', ';')],
    [
      'no column like p_{finding}',
      `image_id,patient_id,view,${person},0.5\n`,
      { ...beside, wide: 'p_{finding}', labels: null },
    ],
    ["rows that do not have the header's shape", `${header}\n${row},${person}\n"${row}\n`],
    ['unknown views', `${header}\n${row.replace('AP', person)}\n`],
    ['unknown splits', `${header},split\n${row},${person}\n`],
    ['labels that are not 0, 1 or empty', `${header}\n${row.replace(',1,', `,${person},`)}\n`],
    ['scores that are missing', `${header}\n${row.replace('0.5', person)}\n`],
    ['a table that is not UTF-8', Buffer.from(`${header}\n${row}\xfc\n`, 'latin1')],
    ['2 columns "view"', `${header},view\n${row},${person}\n`],
  ];
  for (const [message, content, layout = {}] of tables) {
    const error = await layoutMetrics({ 'scores.csv': content }, layout).then(
      () => 'it was read',
      (thrown: unknown) => inspect(thrown, { depth: 10, showHidden: true }),
    );
    expect(error).toContain(message);
    for (const secret of ['HONG', 'GILDONG', number]) expect(error, message).not.toContain(secret);
  }
});
