import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { groupTable, patientGroupTable } from './group-tables.ts';

type GroupRow = Metrics['groups'][number];

const GROUP: GroupRow = {
  dataset: 'nih',
  grouped_by: 'sex',
  of: 'auroc',
  model: 'model1',
  from_model: null,
  to_model: null,
  finding: 'PTX',
  view: 'all',
  group_name: 'F',
  other_group: null,
  n: 40,
  positives: 9,
  positive_clusters: 8,
  negative_clusters: 30,
  estimate: 0.8,
  se: 0.05,
  ci_low: 0.7,
  ci_high: 0.88,
  df: 37,
  clusters: 38,
  basis: 'weights',
  p: null,
  p_adjusted: null,
  note: null,
};
const change = { model: null, from_model: 'model1', to_model: 'model2' };
const rows: GroupRow[] = [
  GROUP,
  { ...GROUP, of: 'gap', other_group: 'M', estimate: -0.02, p: 0.4 },
  { ...GROUP, ...change, of: 'change_of_gap', other_group: 'M', estimate: 0.01, p: 0.6 },
  { ...GROUP, of: 'gap', other_group: 'M', view: 'AP' },
  { ...GROUP, grouped_by: 'scanner', of: 'range', group_name: null, estimate: 0.1 },
  { ...GROUP, grouped_by: 'age x sex', group_name: '35 to 49, F', view: 'AP' },
  {
    ...GROUP,
    grouped_by: 'age x sex',
    group_name: '35 to 49, F',
    view: 'AP',
    model: 'model2',
    estimate: 0.82,
  },
  { ...GROUP, grouped_by: 'age x sex', group_name: '35 to 49, F', view: 'AP', finding: 'mean' },
];
const metrics: Metrics = { ...testMetrics([{ dataset: 'nih', split: 'test' }]), groups: rows };

test('groups differ by a gap where there are two, by a range where there are more', () => {
  const table = groupTable(metrics).rows.map(({ values }) => values);
  expect(table.map(({ of }) => of)).toEqual([
    'F - M, Model 1',
    'F - M, Model 1 to Model 2',
    'range, Model 1',
  ]);
  expect(table[0]).toMatchObject({ by: 'sex', value: { value: -0.02, ci: [0.7, 0.88] }, p: 0.4 });
  expect(table[2]).toMatchObject({ by: 'scanner', p: undefined });
});

test('patients by age and sex stand with their images, the models side by side', () => {
  const table = patientGroupTable(metrics).rows.map(({ values }) => values);
  expect(table).toHaveLength(1);
  expect(table[0]).toMatchObject({
    view: 'AP',
    group: '35 to 49, F',
    n: 40,
    positives: 9,
    model1: { value: 0.8 },
    model2: { value: 0.82 },
  });
});
