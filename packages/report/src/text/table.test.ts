import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES, renamed } from '../../test/hostile-names.ts';
import { testMetrics } from '../../test/testing-metrics.ts';
import { tableCsv } from '../formats/csv.ts';
import { tableHtml } from '../formats/html-table.ts';
import { tableMarkdown } from '../formats/markdown.ts';
import { escapeTex, tableTex } from '../formats/tex.ts';
import { gapTable, performanceTable } from '../tables/result-tables.ts';
import { findingName } from './format.ts';
import { columnGroups, type DataTable, footnotes, type TableRow } from './table.ts';

const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);

/** Cells of a csv line without quotes inside. */
const csvRows = (csv: string) =>
  csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));

const mdRows = (md: string) =>
  md
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2, -2).split(' | '));

const texRows = (tex: string) =>
  tex
    .split('\n')
    .filter((line) => line.endsWith('\\\\'))
    .map((line) => line.slice(0, -3).split(' & '));

test('csv, Markdown and LaTeX hold the same numbers in the same rows', () => {
  const table = performanceTable(metrics);
  const csv = csvRows(tableCsv(table, false)).slice(1);
  const md = mdRows(tableMarkdown(table, false)).slice(2);
  const tex = texRows(tableTex(table, false)).slice(1);
  expect(csv).toHaveLength(24);
  expect(md).toHaveLength(24);
  expect(tex).toHaveLength(24);
  csv.forEach((row, i) => {
    const [auroc, lo, hi] = row.slice(6, 9).map((field) => (field === '' ? null : Number(field)));
    const printed = auroc === null ? 'n/a' : `${auroc?.toFixed(3)} (${lo?.toFixed(3)}, ${hi?.toFixed(3)})`;
    expect(md[i]?.[6]?.replace(/ <sup>.*/, '')).toBe(printed);
    expect(tex[i]?.[6]?.replace(/\\textsuperscript.*/, '')).toBe(printed);
    expect(md[i]?.[2]).toBe(row[2]);
    expect(tex[i]?.[2]).toBe(row[2]);
  });
});

test('csv keeps every digit and the codes', () => {
  const [head = [], first = []] = csvRows(tableCsv(performanceTable(metrics), false));
  const cell = metrics.cells.find((row) => row.finding === 'mean' && row.view === 'AP');
  expect(head.slice(0, 9)).toEqual(
    'dataset,finding,view,n,positives,clusters,model1_auroc,model1_auroc_lo,model1_auroc_hi'.split(','),
  );
  expect(first.slice(0, 3)).toEqual(['nih', 'mean', 'AP']);
  expect(first.slice(6, 9)).toEqual([cell?.estimate, cell?.ci_low, cell?.ci_high].map(String));
});

test('a synthetic table says so in every format', () => {
  const table = performanceTable(metrics);
  expect(
    csvRows(tableCsv(table, true))
      .slice(1)
      .every(([stamp]) => stamp === 'SYNTHETIC'),
  ).toBe(true);
  expect(tableMarkdown(table, true)).toMatch(/^\*\*SYNTHETIC\. /);
  expect(tableTex(table, true)).toContain('\\caption{SYNTHETIC. ');
  expect(tableHtml(table, true).text).toContain('SYNTHETIC');
});

const small: DataTable = {
  name: 'small',
  title: 'A & B_1 | 100 %',
  about: 'x < -0.5 <b>',
  columns: [
    { key: 'set', head: 'Set', kind: 'label' },
    { key: 'finding', head: 'Finding', kind: 'label' },
    { key: 'gap', head: 'gap', group: 'M_1', kind: 'signed-estimate' },
    { key: 'p', head: 'p', group: 'M_1', kind: 'p' },
  ],
  rows: [
    { values: { set: 'a', finding: 'x, "y"', gap: { value: -0.5, ci: [-1, 0.25] }, p: 0.0001 } },
    {
      values: { set: 'a', finding: 'z', gap: { value: null, ci: null }, p: undefined },
      notes: { gap: 'one class' },
    },
    { values: { set: 'b', finding: 'z', gap: { value: 1, ci: null }, p: null } },
  ],
};

test('csv quotes as RFC 4180 asks; null and what does not apply are empty', () => {
  expect(tableCsv(small, false)).toBe(
    'set,finding,gap,gap_lo,gap_hi,p,note\na,"x, ""y""",-0.5,-1,0.25,0.0001,\na,z,,,,,one class\nb,z,1,,,,\n',
  );
});

test('Markdown escapes what would be markup, and marks notes', () => {
  const md = tableMarkdown(small, false);
  expect(md).toContain('**A & B\\_1 \\| 100 %.** x \\< -0.5 \\<b>');
  expect(md).toContain('| a | x, "y" | -0.500 (-1.000, +0.250) | <0.001 |'.replace('<', '\\<'));
  expect(md).toContain('| a | z | n/a <sup>a</sup> |  |');
  expect(md).toContain('\n\n<sup>a</sup> one class\n');
});

test('LaTeX uses booktabs, groups columns, prints equal labels once and escapes its specials', () => {
  const tex = tableTex(small, false);
  expect(tex).toContain(
    '\\caption{A \\& B\\_1 \\textbar{} 100 \\%. x \\textless{} $-$0.5 \\textless{}b\\textgreater{}}',
  );
  expect(tex).toContain(
    ' &  & \\multicolumn{2}{c}{M\\_1} \\\\\n\\cmidrule(lr){3-4}\nSet & Finding & gap & p \\\\',
  );
  expect(tex).toContain('a & x, "y" & $-$0.500 ($-$1.000, +0.250) & \\textless{}0.001 \\\\');
  expect(tex).toContain(
    '\n & z & n/a\\textsuperscript{a} &  \\\\\n\\addlinespace\nb & z & +1.000 & n/a \\\\',
  );
  expect(escapeTex('50 % of $x_1^2$ ~ {a} \\b #1')).toBe(
    '50 \\% of \\$x\\_1\\textasciicircum{}2\\$ \\textasciitilde{} \\{a\\} \\textbackslash{}b \\#1',
  );
});

test('the page merges equal labels and gives every heading its scope', () => {
  const { text } = tableHtml(small, false);
  expect(text).toContain('<th scope="rowgroup" rowspan="2">a</th>');
  expect(text).toContain('<th scope="colgroup" colspan="2" class="group">M_1</th>');
  expect(text.match(/<tbody>/g)).toHaveLength(2);
  expect(text).toContain('&#60;b&#62;');
  expect(text).toContain('\u22120.500');
});

test('a remark on every number is said once, one on an n/a is marked', () => {
  const row = (value: number | null, note: string): TableRow => ({
    values: { set: 'a', finding: String(value), gap: { value, ci: null } },
    notes: { gap: note },
  });
  const table = {
    ...small,
    rows: [row(1, 'rare; one seed'), row(2, 'one seed'), row(null, 'one class; one seed')],
  };
  const { notes, markOf } = footnotes(table);
  expect(notes).toEqual([
    { mark: null, text: 'Throughout: one seed' },
    { mark: 'a', text: 'rare' },
    { mark: 'b', text: 'one class' },
  ]);
  const gap = small.columns[2];
  expect(table.rows.map((r) => gap && markOf(r, gap))).toEqual(['a', '', 'b']);
});

test('a footnote drops the numbers of patients; marks are in order', () => {
  const row = (finding: string, note: string): TableRow => ({
    values: { set: 'a', finding, gap: { value: 1, ci: null } },
    notes: { gap: note },
  });
  const table = {
    ...small,
    rows: [
      row('x', 'few patients: 2 with A (b) in AP, 5 with A (b) in PA'),
      row('y', 'mean of A, B (C cannot be estimated); few patients: 7 with B in AP'),
      row('z', 'mean of A, B (C cannot be estimated)'),
    ],
    remarks: ['mAUROC: AP without C'],
  };
  const { notes, markOf } = footnotes(table);
  expect(notes).toEqual([
    { mark: null, text: 'mAUROC: AP without C' },
    { mark: 'a', text: 'few patients' },
    { mark: 'b', text: 'mean of A, B (C cannot be estimated)' },
  ]);
  const gap = small.columns[2];
  expect(table.rows.map((r) => gap && markOf(r, gap))).toEqual(['a', 'a,b', 'b']);
});

test('why there is no test is a footnote of the empty p, and no p of the mean is adjusted', () => {
  const table = gapTable(metrics);
  const { notes, markOf } = footnotes(table);
  const mark = notes.find(({ text }) => text === 'no test below 5 patients of a class')?.mark;
  const p = table.columns.find(({ key }) => key === 'model1_p');
  const marks = table.rows.map((row) => [row.values.finding, p && markOf(row, p)]);
  expect(marks.filter(([, m]) => m === mark).map(([finding]) => finding)).toEqual(['mean', 'CSN']);
  expect(table.rows[0]?.values).toMatchObject({ model1_p: null, model1_p_adjusted: undefined });
});

test('the page, Markdown and LaTeX say which means leave out which findings', () => {
  const line = 'mAUROC: PA and the gap without FIB, which cannot be estimated there';
  const table = performanceTable(metrics);
  expect(tableHtml(table, false).text).toContain(`<li class="whole">${line}</li>`);
  expect(tableMarkdown(table, false)).toContain(`\n\n${line}\n`);
  expect(tableTex(table, false)).toContain(`\\par\\footnotesize ${line}\n`);
});

describe.each(HOSTILE_NAMES)('a model, a data set and a finding called %j', (name) => {
  const hostile = renamed(metrics, { model1: name, nih: name, FIB: name });
  const tables = [performanceTable(hostile), gapTable(hostile)];

  test('are read from the csv as they are', () => {
    const records = parseCsv(tableCsv(performanceTable(hostile), false));
    expect(new Set(records.slice(1).map(([dataset]) => dataset))).toEqual(new Set([name]));
    expect(records[0]).toContain(`${name}_auroc`);
    expect(new Set(records.map((record) => record.length)).size).toBe(1);
  });

  test('add no row, no column and no markup to Markdown', () => {
    for (const table of tables) {
      const lines = tableMarkdown(table, false)
        .split(/[\n\r\u2028]/)
        .filter((line) => line.startsWith('| '));
      expect(lines).toHaveLength(table.rows.length + 2);
      for (const line of lines) {
        expect(line.replaceAll(/\\./g, '').match(/\|/g)).toHaveLength(table.columns.length + 1);
        expect(line.replaceAll(/\\./g, '').replaceAll(/<sup>[a-z,]+<\/sup>/g, '')).not.toMatch(/[<`[]/);
      }
    }
  });

  test('add no row, no column, no comment and no command to LaTeX', () => {
    for (const table of tables) {
      const lines = tableTex(table, false).split(/[\n\r]/);
      const rows = lines.slice(lines.indexOf('\\midrule') + 1, lines.indexOf('\\bottomrule'));
      const ends = rows.filter((line) => line.endsWith(' \\\\'));
      expect(ends).toHaveLength(table.rows.length);
      for (const line of ends) {
        expect(line.match(/(?<!\\)&/g)).toHaveLength(table.columns.length - 1);
        expect(line).not.toMatch(/(?<!\\)[%#_^~]|^[[*]/);
      }
    }
  });

  test('are text on the page', () => {
    for (const table of tables) {
      const { text } = tableHtml(table, false);
      expect(text).not.toMatch(/<(script|img)/);
      expect(text).not.toContain('\u0000');
    }
  });
});

test('two models that would be shown alike are shown as they are, and their columns stay apart', () => {
  const both = renamed(metrics, { model2: 'Model 1' });
  expect(columnGroups(gapTable(both).columns).map(({ group }) => group)).toEqual([
    null,
    null,
    'model1',
    'Model 1',
  ]);
});

test('a finding outside the study is shown by its own name, whatever objects have by birth', () => {
  expect(['constructor', '__proto__', 'toString', 'CSN'].map((finding) => findingName(finding))).toEqual([
    'constructor',
    '__proto__',
    'toString',
    'CSN consolidation',
  ]);
});

/** Records of a csv as RFC 4180 has it. */
function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/g)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\n') records.push([]);
  }
  return records.slice(0, -1);
}
