import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { HOSTILE_NAMES, renamed } from '../../test/hostile-names.ts';
import { testMetrics } from '../../test/testing-metrics.ts';
import { columnsOf } from '../text/printable.ts';
import { comparisonTable, summaryText } from './comparison-table.ts';

const metrics = testMetrics([
  { dataset: 'nih', split: 'test' },
  { dataset: 'chestx-det', split: 'external' },
]);

test('fits a terminal of 100 columns, in ASCII', () => {
  const text = comparisonTable(metrics);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
});

test('long names of models and findings are cut, not pushed over the edge', () => {
  const rename = (name: string) => `${name}-with-a-very-long-name-that-somebody-chose`;
  const renamed = JSON.parse(
    JSON.stringify(metrics).replaceAll(/"(model\d|CSN)"/g, (_, name: string) => `"${rename(name)}"`),
  ) as Metrics;
  for (const line of comparisonTable(renamed).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('every number is the one of metrics.json, in its column', () => {
  const lines = comparisonTable(metrics).split('\n');
  const from = lines.findIndex((line) => line.startsWith('chestx-det (external)'));
  const row = lines.slice(from).find((line) => line.startsWith('PTX'));
  const expected = ['model1', 'model2'].flatMap((model) =>
    ['AP', 'PA', 'mean'].map((view) =>
      metrics.cells
        .find(
          (cell) =>
            cell.dataset === 'chestx-det' &&
            cell.model === model &&
            cell.finding === 'PTX' &&
            cell.view === view,
        )
        ?.estimate?.toFixed(3),
    ),
  );
  expect(row?.split(/\s+/).slice(1, 7)).toEqual(expected);
});

test('what cannot be computed is n/a', () => {
  const fib = comparisonTable(metrics)
    .split('\n')
    .filter((line) => line.startsWith('FIB'));
  expect(fib[0]?.split(/\s+/)[2]).toBe('n/a');
  expect(fib[1]?.split(/\s+/).slice(1)).toEqual(['n/a', 'n/a', 'n/a', 'n/a']);
});

test('every heading stands above the right edge of its column', () => {
  const lines = comparisonTable(metrics).split('\n');
  const heads = lines.filter((line) => line.endsWith('  p'));
  expect(heads).toHaveLength(4);
  for (const head of heads) {
    const row = lines[lines.indexOf(head) + 1] ?? '';
    const ends = (text: string) => [...text.matchAll(/\S(?= {2}|$)/g)].map(({ index }) => index);
    // the first column has no heading; estimates end where their heading ends
    expect(ends(row).slice(1)).toEqual(ends(head));
    expect(row).toMatch(/^mAUROC/);
  }
});

test('says why there is an n/a, and which means leave out which findings', () => {
  const one = comparisonTable(testMetrics([{ dataset: 'nih', split: 'test' }])).split('\n');
  expect(one).toContain('n/a: no image with FIB in PA');
  expect(one).toContain('mAUROC: PA and the gap without FIB, which cannot be estimated there');
  expect(one).toContain('p n/a: no test below 5 patients of a class');
});

test('a sentence that is longer than a line goes on in the next', () => {
  const name = 'a-hospital-with-a-name-that-takes-a-good-part-of-a-line-by-itself';
  const table = comparisonTable(
    testMetrics([
      { dataset: name, split: 'test' },
      { dataset: 'chestx-det', split: 'external' },
    ]),
  );
  expect(table.replaceAll('\n  ', ' ')).toContain(
    `mAUROC of ${name}: PA and the gap without FIB, which cannot be estimated there`,
  );
});

test('the last lines say how few images it rests on, and how far it reaches', () => {
  expect(comparisonTable(metrics).split('\n').at(-2)).toBe('as few as 17 positive images (CSN in AP)');
  expect(comparisonTable(metrics).split('\n').at(-1)).toBe('these weights only (one seed)');
  expect(
    comparisonTable({ ...metrics, seeds: [0, 1, 2] })
      .split('\n')
      .at(-1),
  ).toBe('mean over 3 seeds');
});

test('a finding that no training could learn is named, for its numbers look like any others', () => {
  const unlearnt = 'no known label of FIB in the training images';
  const text = summaryText({ metrics, reportPath: 'x', unlearnt });
  expect(text).toContain(`\nnot learnt, whatever the numbers: ${unlearnt}\n`);
});

test('the summary ends with the path of the report, and says SYNTHETIC first where that is so', () => {
  const text = summaryText({ metrics, reportPath: 'runs/x/report/index.html', synthetic: true });
  expect(text.startsWith('SYNTHETIC')).toBe(true);
  expect(text.endsWith('\nreport: runs/x/report/index.html')).toBe(true);
});

test.each(HOSTILE_NAMES)(
  'a model, a data set and a finding called %j neither widen nor break the table',
  (name) => {
    const plain = comparisonTable(renamed(metrics, { nih: 'n' })).split('\n');
    const lines = comparisonTable(renamed(metrics, { model1: name, nih: name, FIB: name })).split('\n');
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(100);
    expect(lines.filter((line) => line.startsWith('PTX'))).toEqual(
      plain.filter((line) => line.startsWith('PTX')),
    );
    expect(lines.join('\n')).not.toMatch(/(?!\n)\p{Cc}/u);
  },
);
