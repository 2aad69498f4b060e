import type { Metrics } from '@viewgap/contracts';
import { metrics as schema } from '@viewgap/contracts/metrics';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import {
  adjustedTable,
  bootstrapTable,
  calibrationTable,
  powerTable,
  primaryTable,
  sensitivityTable,
  sourceTable,
} from './further-tables.ts';

const gap = {
  dataset: 'nih',
  of: 'gap' as const,
  model: 'model1',
  from_model: null,
  to_model: null,
  finding: 'mean',
  view: null,
};
const change = {
  ...gap,
  of: 'change_of_gap' as const,
  model: null,
  from_model: 'model1',
  to_model: 'model2',
};
const cell = { dataset: 'nih', model: 'model1', seed: 0, finding: 'PTX', view: 'AP' as const };
const errors = { se: 0.01, ci_low: -0.06, ci_high: -0.02, df: 299, clusters: 300, basis: 'method' as const };
const numbers = { estimate: -0.04, ...errors, p: 0.001, note: null };

const metrics: Metrics = schema.parse({
  ...testMetrics([{ dataset: 'nih', split: 'test' }]),
  primary_tests: [
    {
      ...change,
      step: 2,
      findings: ['PTX'],
      ...numbers,
      within_margin: null,
      outcome: 'descriptive',
      margin: null,
      weights_se: 0.01,
      weights_ci_low: -0.06,
      weights_ci_high: -0.02,
      weights_p: 0.001,
      sentence: 'It is described only.',
    },
  ],
  sensitivity: [
    { variant: 'without support devices', ...gap, images: 90, ...numbers, main: -0.05 },
    { variant: 'without support devices', ...gap, finding: 'PTX', images: 90, ...numbers, main: -0.05 },
  ],
  adjusted: [
    { ...gap, grouped_by: 'age', method: 'stratum', stratum: 'under 35', n: 20, ...numbers },
    { ...gap, grouped_by: 'age', method: 'strata', stratum: null, n: 90, ...numbers },
  ],
  calibration: [
    {
      ...cell,
      scores: 'raw',
      n: 90,
      intercept: -0.2,
      intercept_ci_low: null,
      intercept_ci_high: null,
      slope: null,
      slope_ci_low: null,
      slope_ci_high: null,
      brier: 0.1,
      ece: 0.05,
      points: [],
      note: 'no slope',
    },
  ],
  sources: [
    {
      ...cell,
      seed: null,
      source: 'east',
      n: 50,
      positives: 9,
      estimate: 0.8,
      ...errors,
      note: null,
    },
  ],
  power: [
    {
      ...change,
      clusters: 300,
      se: 0.01,
      power: 0.8,
      detectable: 0.028,
      target: 0.02,
      clusters_needed: 589,
      note: null,
    },
  ],
  bootstrap: [
    {
      ...change,
      estimate: -0.04,
      se: 0.01,
      bootstrap_se: 0.0102,
      ratio: 1.02,
      replicates: 2000,
      few: true,
      t_ci_low: -0.07,
      t_ci_high: -0.01,
      t_p: 0.02,
      note: null,
    },
  ],
});

const first = (table: { readonly rows: readonly { readonly values: object }[] }) => table.rows[0]?.values;

test('each new part of metrics.json is a table that says of what its rows are', () => {
  expect(first(primaryTable(metrics))).toMatchObject({
    of: 'gap of mAUROC, AP - PA, Model 1 to Model 2',
    basis: 'the method',
    outcome: 'descriptive only',
  });
  expect(primaryTable(metrics).remarks).toEqual(['It is described only.']);
  expect(first(sensitivityTable(metrics))).toMatchObject({
    of: 'gap, AP - PA, Model 1',
    images: 90,
    main: -0.05,
  });
  expect(first(powerTable(metrics))).toMatchObject({ detectable: 0.028, clusters_needed: 589 });
  expect(first(bootstrapTable(metrics))).toMatchObject({ ratio: 1.02, t: { ci: [-0.07, -0.01] }, t_p: 0.02 });
  expect(first(sourceTable(metrics))).toMatchObject({ source: 'east', auroc: { value: 0.8 } });
});

test('what the page leaves to metrics.json is left out', () => {
  expect(sensitivityTable(metrics).rows).toHaveLength(1);
  expect(adjustedTable(metrics).rows).toHaveLength(1);
  expect(first(adjustedTable(metrics))).toMatchObject({ by: 'age', method: 'over its strata' });
});

test('how calibration in AP differs from that in PA stands below the row of PA', () => {
  const [row] = metrics.calibration;
  const { dataset, finding, model, seed, scores } = row as (typeof metrics.calibration)[number];
  const gap = { dataset, finding, model, seed, scores, of: 'intercept' as const, ap: 0.1, pa: -0.2 };
  const { rows } = calibrationTable({
    ...metrics,
    calibration: metrics.calibration.map((one) => ({ ...one, view: 'PA' as const })),
    calibration_gaps: [
      { ...gap, estimate: 0.3, se: 0.1, ci_low: 0.1, ci_high: 0.5, clusters: 40, note: null },
    ],
  });
  expect(rows.map(({ values }) => [values.view, values.intercept])).toEqual([
    ['PA', { value: -0.2, ci: null }],
    ['AP - PA', { value: 0.3, ci: [0.1, 0.5] }],
  ]);
});

test('a number that is missing carries its note', () => {
  expect(calibrationTable(metrics).rows[0]?.notes).toEqual({ slope: 'no slope' });
});
