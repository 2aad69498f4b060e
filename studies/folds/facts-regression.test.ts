import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendRows, CATALOG_TABLES, PREDICTIONS, readTable, withDuckDB } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS, type Label, labelColumn } from '@viewgap/contracts';
import { auroc } from '@viewgap/stats';
import { expect, test } from 'vitest';
import { type FactsRow, factsScores, writeFactsPredictions } from './facts-regression.ts';

/** Men, women and some of unknown sex, of 0 to 90 years, in both views; each has every finding or none, as `has` says. */
function films(count: number, has: (row: Omit<FactsRow, `label_${string}`>) => Label): FactsRow[] {
  return Array.from({ length: count }, (_, i) => {
    const row = {
      source: 'nih',
      image_id: `${i}`,
      patient_id: `nih:${i}`,
      patient_known: true,
      view: i % 3 === 0 ? ('AP' as const) : ('PA' as const),
      split: i % 5 === 0 ? ('test' as const) : ('train' as const),
      age_years: i % 11 === 0 ? null : (i * 37) % 91,
      sex: ['F', 'M', null, 'F', 'M'][i % 5] as string | null,
    };
    const label = has(row);
    return {
      ...row,
      label_csn: label,
      label_ptx: label,
      label_ndl: label,
      label_fib: label,
      label_pef: label,
    };
  });
}

function area(rows: readonly FactsRow[], scores: readonly number[]): number | null {
  const of = (label: 0 | 1) => Float64Array.from(scores.filter((_, i) => rows[i]?.label_csn === label));
  return auroc(of(1), of(0));
}

test.each([
  ['age', (row: { age_years: number | null }) => Number((row.age_years ?? 45) > 60) as Label],
  ['sex', (row: { sex: string | null }) => Number(row.sex === 'M') as Label],
  ['view', (row: { view: string }) => Number(row.view === 'AP') as Label],
])('what hangs on the %s alone is told by it', (_, has) => {
  const [fitted, tested] = [films(300, has), films(100, has).reverse()];
  expect(area(tested, factsScores(fitted, tested, 'CSN'))).toBeGreaterThan(0.99);
});

test('films whose label is not known are not fitted on: not as negatives', () => {
  const inAp = films(300, ({ view }) => Number(view === 'AP') as Label);
  const some = films(300, ({ view, image_id }) =>
    Number(image_id) % 2 === 0 ? null : (Number(view === 'AP') as Label),
  );
  const onlyKnown = some.filter(({ label_csn }) => label_csn !== null);
  expect(factsScores(some, inAp, 'CSN')).toEqual(factsScores(onlyKnown, inAp, 'CSN'));
});

test('of one class there is nothing to tell', () => {
  expect(
    factsScores(
      films(20, () => 0),
      films(2, () => 1),
      'CSN',
    ),
  ).toEqual([0, 0]);
});

test('the predictions are of the test films, whose own labels change no score', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-facts-'));
  try {
    const rows = films(60, ({ view }) => Number(view === 'AP') as Label);
    const turned = rows.map((row) => (row.split === 'test' ? { ...row, label_csn: 1 as Label } : row));
    const [table, other] = [await predictions(folder, 'a', rows), await predictions(folder, 'b', turned)];
    expect(table).toHaveLength(12 * DEFAULT_FINDINGS.length);
    expect(table[0]).toMatchObject({
      image_id: '0',
      model: 'age-sex-view',
      seed: 3,
      split: 'test',
      view: 'AP',
    });
    expect(table.every(({ label, view }) => label === Number(view === 'AP'))).toBe(true);
    expect(other.map(({ score }) => score)).toEqual(table.map(({ score }) => score));
    expect(other.filter(({ label }) => label === 1).length).toBeGreaterThan(
      table.filter(({ label }) => label === 1).length,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function predictions(
  folder: string,
  name: string,
  rows: readonly FactsRow[],
): Promise<Record<string, unknown>[]> {
  const catalog = join(folder, name);
  await mkdir(catalog);
  await withDuckDB(join(catalog, 'catalog.duckdb'), async (connection) => {
    await connection.run(CATALOG_TABLES);
    await appendRows(
      connection,
      'findings',
      DEFAULT_FINDINGS.map((finding, place) => ({ place, finding })),
    );
    await appendRows(connection, 'images', rows.map(imageRow));
    await appendRows(connection, 'labels', rows.flatMap(labelRows));
  });
  const path = join(catalog, 'facts.arrow');
  await writeFactsPredictions(catalog, 3, path);
  return (await readTable(PREDICTIONS, path)).toArray().map((row) => row.toJSON());
}

function imageRow({ label_csn, label_ptx, label_ndl, label_fib, label_pef, ...row }: FactsRow) {
  return {
    ...row,
    role: 'train',
    view_source: 'metadata',
    view_conflict: false,
    width: 1,
    height: 1,
    file_sha256: '',
    pixel_sha256: row.image_id,
    shard: '',
    row: 0,
    overlap: false,
  };
}

function labelRows(row: FactsRow) {
  return DEFAULT_FINDINGS.map((finding) => ({
    source: row.source,
    image_id: row.image_id,
    finding,
    label: row[labelColumn(finding)],
    label_set: 'report',
  }));
}
