import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { labelErrorTable, siteTable } from './site-tables.ts';

const site: Metrics['sites'][number] = {
  ...{
    dataset: 'nih',
    of: 'gap',
    model: 'model1',
    from_model: null,
    to_model: null,
    finding: 'mean',
    view: null,
  },
  ...{
    site: 'east',
    method: 'site',
    estimate: 0.02,
    se: 0.01,
    ci_low: 0,
    ci_high: 0.04,
    df: 99,
    clusters: 100,
  },
  ...{ basis: 'weights', p: 0.05, weight: 0.4, tau_squared: null, cochran_q: null },
  ...{ prediction_low: null, prediction_high: null, note: null },
};
const mean: Metrics['sites'][number] = {
  ...site,
  ...{ site: null, method: 'random_effects', weight: null, prediction_low: -0.03, prediction_high: 0.07 },
};
const error: Metrics['label_error'][number] = {
  ...{ dataset: 'nih', model: 'model1', finding: 'PTX', label_sensitivity: 0.9, label_specificity: 0.98 },
  ...{ prevalence_ap: 0.2, prevalence_pa: 0.05, observed_ap: 0.857, observed_pa: 0.779 },
  ...{
    corrected_ap: 0.9,
    corrected_pa: 0.9,
    observed_gap: 0.078,
    corrected_gap: 0,
    gap_of_equals: 0.078,
    note: null,
  },
};
const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);

test('sites stand above their mean, whose prediction is for a further one', () => {
  const { rows } = siteTable({ ...metrics, sites: [site, { ...site, finding: 'PTX' }, mean] });
  expect(rows.map(({ values }) => [values.site, values.weight, values.prediction])).toEqual([
    ['east', 40, undefined],
    ['mean', undefined, { value: 0.02, ci: [-0.03, 0.07] }],
  ]);
});

test('a gap that labels alone make stands beside what is left of it', () => {
  const [row] = labelErrorTable({ ...metrics, label_error: [error] }).rows;
  expect(row?.values).toMatchObject({ observed_gap: 0.078, corrected_gap: 0, gap_of_equals: 0.078 });
});
