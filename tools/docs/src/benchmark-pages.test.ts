import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BENCHMARK_PAGES, benchmarkPage, readBenchmarks } from './benchmark-pages.ts';
import { benchmarkMarkdown } from './benchmark-table.ts';
import { ROOT } from './root.ts';
import { sectionNames } from './sections.ts';

const FOLDER = join(ROOT, 'docs/benchmarks');

test('a benchmark is written as its date and machine, its table and its commands', () => {
  const columns = [
    { key: 'case', title: 'training' },
    { key: 'rate', title: 'img/s', decimals: 1 },
    { key: 'ratio', title: 'ratio', decimals: 2, bold: true },
    { key: 'peers', title: 'eager, compiled', decimals: 0 },
    { key: 'ci', title: '95 % CI', decimals: 3 },
    { key: 'gap', title: 'gap', decimals: 2, signed: true },
    { key: 'rows', title: 'rows', thousands: true, decimals: 0 },
    { key: 'blur', title: 'blur' },
  ];
  const row = {
    case: 'ResNet-50',
    rate: 82,
    ratio: 1.2,
    peers: [54.4, null],
    ci: { low: 0.5, high: 0.61 },
    gap: { value: 0.1, low: -0.02, high: 0.2, note: 'seed 18' },
    rows: 1_600_000,
    blur: 0.5,
  };
  const empty = { case: 'small CNN' };
  expect(
    benchmarkMarkdown({
      date: '2026-11-25',
      machine: 'two cores',
      command: ['a', 'b'],
      columns,
      rows: [row, empty],
    }),
  ).toBe(
    `2026-11-25, two cores.

| training | img/s | ratio | eager, compiled | 95 % CI | gap | rows | blur |
| --- | --- | --- | --- | --- | --- | --- | --- |
| ResNet-50 | 82.0 | **1.20** | 54, - | 0.500 to 0.610 | +0.10 (-0.02 to +0.20; seed 18) | 1,600,000 | 0.5 |
| small CNN |  |  |  |  |  |  |  |

    a
    b`,
  );
});

describe.each(BENCHMARK_PAGES)('docs/benchmarks/%s', (page, figures) => {
  test(`shows every table of ${figures}, once`, async () => {
    const names = sectionNames(await readFile(join(FOLDER, page), 'utf8'));
    expect(names.sort()).toEqual(Object.keys(await readBenchmarks(FOLDER, figures)).sort());
  });

  test('has the same columns in each row', async () => {
    for (const { columns, rows } of Object.values(await readBenchmarks(FOLDER, figures))) {
      const keys = columns.map(({ key }) => key).sort();
      for (const row of rows) expect(Object.keys(row).sort()).toEqual(keys);
    }
  });

  test('says what its file says: else run `npm run docs`', async () => {
    const text = await readFile(join(FOLDER, page), 'utf8');
    expect(text).toBe(benchmarkPage(text, await readBenchmarks(FOLDER, figures)));
  });
});

test('every page and file of docs/benchmarks is among them', async () => {
  expect((await readdir(FOLDER)).sort()).toEqual(BENCHMARK_PAGES.flat().sort());
});

test('a table without figures is an error', () => {
  expect(() => benchmarkPage('<!-- table: lost -->\n<!-- end -->', {})).toThrow(
    'no figures for the table "lost"',
  );
});
