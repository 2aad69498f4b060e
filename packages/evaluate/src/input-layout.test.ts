import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { withDuckDB } from '@viewgap/artifacts';
import type { Metrics } from '@viewgap/contracts';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import { CONFIG, evaluateInto, inFolder, zechRows } from '../test/testing.ts';
import type { EvaluateOptions } from './evaluate-predictions.ts';
import { LONG } from './input/prediction-columns.ts';

// Real DuckDB files, synced to a disk that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const rows = (await zechRows()).filter(
  ({ seed, model, finding }) => seed === 0 && model === 'model1' && finding !== 'NDL',
);
const ids = [...new Set(rows.map(({ image_id }) => image_id as string))];
const findings = [...new Set(rows.map(({ finding }) => finding as string))];
const cell = (image: string, finding: string) =>
  rows.find((row) => row.image_id === image && row.finding === finding) as (typeof rows)[number];

const lines = (header: readonly string[], each: (image: string) => readonly unknown[]) =>
  `${[header, ...ids.map(each)].map((line) => line.map((value) => value ?? '').join(',')).join('\n')}\n`;
const LONG_CSV = `${[
  'dataset,image_id,patient_id,view,model,finding,label,score',
  ...rows.map((row) =>
    [row.dataset, row.image_id, row.patient_id, row.view, row.model, row.finding, row.label, row.score].join(
      ',',
    ),
  ),
].join('\n')}\n`;

type Layout = NonNullable<EvaluateOptions['layout']>;

async function metricsOf(
  files: Record<string, string | Uint8Array>,
  layout: Partial<Layout>,
  config = CONFIG,
): Promise<Metrics> {
  let metrics: Metrics | null = null;
  await inFolder(async (folder) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const labels = layout.labels ? join(folder, layout.labels) : null;
    const artifact = await evaluateInto(folder, [join(folder, 'scores.csv')], {
      layout: { ...LONG, ...layout, labels },
      config,
    });
    metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
  });
  return metrics as unknown as Metrics;
}

const wanted = (await metricsOf({ 'scores.csv': LONG_CSV }, {})).cells;

test('columns may have other names, and be alike in every row', async () => {
  const renamed = LONG_CSV.replaceAll(/^nih,/gm, '')
    .replace('dataset,image_id', 'Image Index')
    .replace('score', 'prob');
  const layout = { map: { image_id: 'Image Index', score: 'prob' }, constants: { dataset: 'nih' } };
  expect((await metricsOf({ 'scores.csv': renamed }, layout)).cells).toEqual(wanted);
});

test('a wide table has a column of scores and one of labels for each finding', async () => {
  const header = ['image_id', 'patient_id', 'view', ...findings.flatMap((f) => [`prob_${f}`, `truth_${f}`])];
  const wide = lines(header, (id) => {
    const { patient_id, view } = cell(id, 'PTX');
    return [id, patient_id, view, ...findings.flatMap((f) => [cell(id, f).score, cell(id, f).label])];
  });
  const layout = {
    wide: 'prob_{finding}',
    wideLabels: 'truth_{finding}',
    constants: { dataset: 'nih', model: 'model1' },
  };
  expect((await metricsOf({ 'scores.csv': wide }, layout)).cells).toEqual(wanted);
});

test('a finding of a wide table may have any name, that of a pattern of replacement too', async () => {
  const wide = lines(['image_id', 'patient_id', 'view', 'prob_$&', '$&'], (id) => {
    const { patient_id, view, score, label } = cell(id, 'PTX');
    return [id, patient_id, view, score, label];
  });
  const layout = { wide: 'prob_{finding}', constants: { dataset: 'nih', model: 'model1' } };
  const { cells } = await metricsOf({ 'scores.csv': wide }, layout);
  const of = (rows: Metrics['cells'], name: string) =>
    rows.filter(({ finding }) => finding === name).map(({ auroc }) => auroc);
  expect(of(cells, '$&')).toEqual(of(wanted, 'PTX'));
});

const scores = lines(['image_id', ...findings.map((f) => `prob_${f}`)], (id) => [
  id,
  ...findings.map((f) => cell(id, f).score),
]);
const beside = {
  wide: 'prob_{finding}',
  labels: 'labels.csv',
  constants: { dataset: 'nih', model: 'model1' },
};

test('labels, patients and views may be in a table of their own, as columns or as a list', async () => {
  const shared = (id: string) => [id, cell(id, 'PTX').patient_id, cell(id, 'PTX').view];
  const columns = lines(['image_id', 'patient_id', 'view', ...findings], (id) => [
    ...shared(id),
    ...findings.map((f) => cell(id, f).label),
  ]);
  expect((await metricsOf({ 'scores.csv': scores, 'labels.csv': columns }, beside)).cells).toEqual(wanted);
  const list = lines(['image_id', 'patient_id', 'view', 'Finding Labels'], (id) => [
    ...shared(id),
    findings.filter((f) => cell(id, f).label === 1).join('|') || 'No Finding',
  ]);
  const asList = { ...beside, labelList: 'Finding Labels' };
  expect((await metricsOf({ 'scores.csv': scores, 'labels.csv': list }, asList)).cells).toEqual(wanted);
});

test('errors are clustered by patient, by image, or by any column', async () => {
  const by = async (cluster: string) => metricsOf({ 'scores.csv': LONG_CSV }, {}, { ...CONFIG, cluster });
  expect((await by('patient_id')).cells).toEqual(wanted);
  const image = await by('image');
  expect(image.settings.cluster).toBe('image');
  const se = (metrics: Metrics) => metrics.gaps[0]?.se as number;
  expect(se(image)).not.toBeCloseTo(se(await by('patient_id')), 6);
  await expect(by('hospital')).rejects.toThrow('no column hospital: scores.csv');
});

test.each([
  [LONG_CSV, { map: { skore: 'prob' } }, 'no column of the predictions table: skore (did you mean "score"?)'],
  [LONG_CSV, { map: { score: 'prob' } }, 'no column prob: scores.csv'],
  [LONG_CSV, { wide: 'prob' }, 'a pattern needs {finding} once: prob'],
  [LONG_CSV, { wide: 'p_{finding}' }, 'no column like p_{finding}: scores.csv'],
  [scores, { ...beside, labels: 'none.csv' }, 'no such labels file'],
])('a layout that does not fit says so: %#', async (content, layout, message) => {
  await expect(metricsOf({ 'scores.csv': content }, layout)).rejects.toThrow(message);
});

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
    ['with labels of 1.0', words('1.0', '0.0')],
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
      const file = join(folder, `scores.${suffix}`);
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
      metricsOf({ 'scores.csv': content }, { encoding });
    expect((await metrics(bytes, 'CP949')).datasets[0]?.dataset).toBe('큰 병원');
    await expect(metrics(bytes)).rejects.toThrow(
      /a table that is not UTF-8: scores.csv .*name its encoding, --encoding CP949/,
    );
  });
});

describe('ids', () => {
  const patients = [...new Set(rows.map(({ patient_id }) => patient_id as string))];
  const numbered = (spell: (number: number) => string) =>
    LONG_CSV.split('\n')
      .map((line) => {
        const parts = line.split(',');
        const at = patients.indexOf(parts[2] ?? '');
        return at === -1 ? line : [...parts.slice(0, 2), spell(at + 1), ...parts.slice(3)].join(',');
      })
      .join('\n');

  test('12, 12.0 and "12 " are one patient', async () => {
    const plain = await metricsOf({ 'scores.csv': numbered(String) }, {});
    let at = 0;
    const mixed = numbered((number) => [`${number}`, `${number}.0`, `${number} `][at++ % 3] as string);
    expect((await metricsOf({ 'scores.csv': mixed }, {})).cells).toEqual(plain.cells);
    expect(plain.cells.map(({ patients }) => patients)).toEqual(wanted.map(({ patients }) => patients));
  });

  test('that say nothing are none: each image is its own cluster, in parquet too', async () => {
    const none = await metricsOf({ 'scores.csv': numbered(() => '') }, {});
    await inFolder(async (folder) => {
      const [csv, parquet] = [join(folder, 'scores.csv'), join(folder, 'scores.parquet')];
      await writeFile(
        csv,
        numbered(() => 'x'),
      );
      await withDuckDB(':memory:', (connection) =>
        connection.run(
          `copy (select * replace (['nan', 'None', '<NA>', ' '][(1 + hash(image_id) % 4)::bigint] as patient_id)
             from read_csv('${csv}', all_varchar = true)) to '${parquet}' (format parquet)`,
        ),
      );
      const artifact = await evaluateInto(folder, [parquet]);
      const metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8')) as Metrics;
      expect(metrics.cells).toEqual(none.cells);
    });
  });

  test('that a spreadsheet has cut are an error', async () => {
    await expect(metricsOf({ 'scores.csv': numbered((n) => `1.2345${n}E+11`) }, {})).rejects.toThrow(
      'ids that have lost their digits: row 1 of scores.csv',
    );
  });

  test('of labels that match none of the scores are an error, with the number that would', async () => {
    const lost = lines(['image_id', ...findings], (id) => [id.replace(/^0+/, ''), ...findings.map(() => 0)]);
    const shared = scores.replaceAll(/\n(?=\w)/g, '\n00');
    await expect(
      metricsOf(
        { 'scores.csv': shared, 'labels.csv': lost },
        { ...beside, constants: { ...beside.constants, view: 'AP', patient_id: '1' } },
      ),
    ).rejects.toThrow(
      `no image_id of scores.csv is in the labels: labels.csv (${ids.length} of ${ids.length} would match without leading zeros`,
    );
  });
});

test.each([
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
  await expect(metricsOf({ 'scores.csv': content }, {})).rejects.toThrow(message);
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
    const error = await metricsOf({ 'scores.csv': content }, layout).then(
      () => 'it was read',
      (thrown: unknown) => inspect(thrown, { depth: 10, showHidden: true }),
    );
    expect(error).toContain(message);
    for (const secret of ['HONG', 'GILDONG', number]) expect(error, message).not.toContain(secret);
  }
});

test('a folder whose name looks like a column is a name: view=AP makes no film AP, model=resnet no model', async () => {
  await inFolder(async (folder) => {
    const partition = join(folder, 'model=resnet', 'view=AP');
    await mkdir(partition, { recursive: true });
    const [csv, parquet, jsonl] = ['csv', 'parquet', 'jsonl'].map((end) => join(partition, `scores.${end}`));
    await writeFile(csv as string, LONG_CSV);
    await withDuckDB(':memory:', async (connection) => {
      for (const [path, format] of [
        [parquet, 'parquet'],
        [jsonl, 'json'],
      ]) {
        await connection.run(
          `copy (from read_csv('${csv}', hive_partitioning = false)) to '${path}' (format ${format})`,
        );
      }
    });
    for (const path of [csv, parquet, jsonl]) {
      const artifact = await evaluateInto(folder, [path as string]);
      const metrics: Metrics = JSON.parse(await readFile(join(artifact.folder, 'metrics.json'), 'utf8'));
      expect(metrics.models).toEqual(['model1']);
      expect(metrics.cells.map(({ auroc }) => auroc)).toEqual(wanted.map(({ auroc }) => auroc));
    }
  });
});
