import { DEFAULT_FINDINGS } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import type { CatalogSummary, LabelCount } from '../inputs/catalog-summary.ts';
import { PUBLISHED } from '../text/published.ts';
import { comparableSet, publishedTable } from './published-table.ts';

const metrics = testMetrics([
  { dataset: 'nih', split: 'test' },
  { dataset: 'chestx-det', split: 'external' },
]);

function catalogWith(positivePatients: number, synthetic = false): CatalogSummary {
  const labels = metrics.findings.flatMap((finding) =>
    ['AP', 'PA'].map(
      (view): LabelCount => ({
        source: 'chestx-det',
        split: 'external',
        view,
        finding,
        positives: positivePatients,
        negatives: 500,
        unknown: 0,
        positive_patients: positivePatients,
        negative_patients: 500,
      }),
    ),
  );
  return {
    sources: { nih: { role: 'train', synthetic }, 'chestx-det': { role: 'external', synthetic: false } },
    findings: DEFAULT_FINDINGS,
    images: 0,
    patients: 0,
    views: [],
    groups: [],
    labels,
    populations: [],
    prevalences: [],
    flow: [],
    quarantine: [],
    overlaps: [],
  };
}

const rowOf = (catalog: CatalogSummary, finding: string, quantity: string) =>
  publishedTable(metrics, catalog).rows.find(
    ({ values }) => values.finding === finding && values.quantity === quantity,
  );

test('published gaps fit PA - AP: the change of the gap is the PA gain less the AP gain', () => {
  const value = (quantity: string, set: 'public' | 'private') =>
    PUBLISHED.find((row) => row.finding === 'mean' && row.quantity === quantity)?.[set] ?? Number.NaN;
  for (const set of ['public', 'private'] as const) {
    const byGains = value('auroc-change-PA', set) - value('auroc-change-AP', set);
    const byGaps = value('gap-to', set) - value('gap-from', set);
    expect(byGaps).toBeCloseTo(byGains, 3);
  }
});

test('ours stands beside it with the same sign', () => {
  const gap = metrics.gaps.find(
    (row) => row.dataset === 'chestx-det' && row.model === 'model1' && row.finding === 'PTX',
  );
  const row = rowOf(catalogWith(60), 'PTX', 'gap-from');
  expect(row?.values['chestx-det_ours']).toEqual({
    value: gap?.pa_minus_ap,
    ci: [-(gap?.ci_high ?? Number.NaN), -(gap?.ci_low ?? Number.NaN)],
  });
  expect(row?.values['chestx-det_difference']).toBe((gap?.pa_minus_ap ?? Number.NaN) - -0.1023);
});

test('no difference for synthetic data or for a held-out part of a training source, with the reason', () => {
  expect(comparableSet('nih', catalogWith(60))).toEqual({
    set: null,
    reason: 'it is a held-out part of a training source, and the published tests are external',
  });
  expect(comparableSet('chestx-det', catalogWith(60, true))).toEqual({
    set: null,
    reason: 'the data are synthetic',
  });
  const keys = publishedTable(metrics, catalogWith(60, true)).columns.map(({ key }) => key);
  expect(keys.filter((key) => key.endsWith('_difference'))).toEqual([]);
});

test('no difference where a cell has few patients', () => {
  const row = rowOf(catalogWith(49), 'PTX', 'gap-from');
  expect(row?.values['chestx-det_difference']).toBeNull();
  expect(row?.notes?.['chestx-det_difference']).toMatch(/fewer than 50/);
});

test('another external set stands beside the private one', () => {
  const catalog = catalogWith(60);
  const external = { role: 'external', synthetic: false } as const;
  expect(comparableSet('ward', { ...catalog, sources: { ward: external } })).toEqual({
    set: 'private',
    reason: null,
  });
});
