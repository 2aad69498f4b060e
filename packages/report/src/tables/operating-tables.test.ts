import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { operatingPointTable, paThresholdTable } from './operating-tables.ts';

type OperatingPoint = Metrics['operating_points'][number];

const POINT: OperatingPoint = {
  dataset: 'nih',
  of: 'share',
  measure: 'sensitivity',
  model: 'model1',
  from_model: null,
  to_model: null,
  seed: null,
  finding: 'PTX',
  view: 'AP',
  mean_over: 'none',
  threshold_rule: 'specificity',
  threshold_images: 'validation',
  threshold_view: 'all',
  threshold: -1.2,
  prevalence: null,
  n: 40,
  hits: 30,
  estimate: 0.75,
  se: 0.05,
  ci_low: 0.64,
  ci_high: 0.84,
  df: 39,
  clusters: 40,
  basis: 'weights',
  p: null,
  p_adjusted: null,
  note: null,
};

/** Model 1's sensitivity in both views, their difference, and how AP changes, at one choice of images. */
function points(threshold_view: OperatingPoint['threshold_view']): OperatingPoint[] {
  const own = { ...POINT, threshold_view };
  const change = {
    ...own,
    of: 'change_of_share' as const,
    model: null,
    from_model: 'model1',
    to_model: 'model2',
  };
  return [
    own,
    { ...own, view: 'PA', estimate: 0.6 },
    { ...own, of: 'gap', view: null, estimate: 0.15, p: 0.03, note: 'few patients: 20 with PTX in PA' },
    { ...change, estimate: 0.02 },
    { ...change, view: 'PA', estimate: 0.04 },
    { ...own, measure: 'ppv', estimate: 0.3 },
    { ...own, measure: 'ppv', view: 'PA', estimate: 0.1 },
    { ...own, seed: 0, estimate: 0.99 },
  ];
}

const metrics: Metrics = {
  ...testMetrics([{ dataset: 'nih', split: 'test' }]),
  operating_points: [...points('all'), ...points('PA')],
};

test('a row has both views, their difference and its p; a change has its own', () => {
  const [first, second] = operatingPointTable(metrics).rows;
  expect(first?.values).toMatchObject({
    finding: 'PTX',
    measure: 'sensitivity',
    model: 'Model 1',
    ap: { value: 0.75, ci: [0.64, 0.84] },
    pa: { value: 0.6 },
    gap: { value: 0.15 },
    p: 0.03,
  });
  expect(first?.notes?.gap).toBe('few patients: 20 with PTX in PA');
  expect(second?.values).toMatchObject({
    model: 'Model 1 to Model 2',
    ap: { value: 0.02 },
    pa: { value: 0.04 },
  });
});

test('PPV has no difference between views, and none is printed as not computed', () => {
  const { rows } = operatingPointTable(metrics);
  const ppv = rows.find(({ values }) => values.measure === 'ppv');
  expect(ppv?.values).toMatchObject({ ap: { value: 0.3 }, gap: undefined, p: undefined });
});

test('what a threshold that PA images chose does has a table of its own', () => {
  expect(operatingPointTable(metrics).rows).toHaveLength(3);
  expect(paThresholdTable(metrics).rows).toHaveLength(2);
});

test('the caption says what set the threshold, and where', () => {
  const about = (points: OperatingPoint[], threshold_rule: 'specificity' | 'youden') =>
    operatingPointTable({
      ...metrics,
      settings: { ...metrics.settings, threshold_rule },
      operating_points: points,
    }).about;
  expect(about([POINT], 'specificity')).toContain(
    'the least score with a specificity of 0.9 on the validation',
  );
  expect(about([{ ...POINT, threshold_images: 'test' }], 'youden')).toContain(
    'where sensitivity plus specificity is largest on these images themselves',
  );
  expect(about([{ ...POINT, threshold_rule: 'given' }], 'specificity')).toContain(
    'but for those that were given',
  );
});
