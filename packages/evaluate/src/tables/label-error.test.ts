import { expect, test } from 'vitest';
import { CONFIG, cohort, metricsOf } from '../../test/testing.ts';
import { shrinkageOf } from './label-error.ts';

const ACCURACY = { sensitivity: 0.9, specificity: 0.98 };
/** Share of positive labels where this share of films has the finding. */
const labelled = (prevalence: number) => 0.9 * prevalence + 0.02 * (1 - prevalence);

test('two true AUROCs of .90 read .857 and .779 at prevalences of 20 % and 5 %', () => {
  const read = (prevalence: number) => 0.5 + 0.4 * (shrinkageOf(labelled(prevalence), ACCURACY) as number);
  expect(read(0.2)).toBeCloseTo(0.857, 3);
  expect(read(0.05)).toBeCloseTo(0.779, 3);
});

test('labels without errors change nothing, and impossible ones give nothing', () => {
  expect(shrinkageOf(0.2, { sensitivity: 1, specificity: 1 })).toBeCloseTo(1, 14);
  expect(shrinkageOf(0.01, ACCURACY)).toBeNull();
});

test('rows only where an accuracy is declared, of a finding or of all', async () => {
  const rows = cohort(120, 2);
  expect((await metricsOf(rows)).label_error).toEqual([]);
  const { label_error, cells } = await metricsOf(rows, { ...CONFIG, labelAccuracy: { all: ACCURACY } });
  expect(label_error.map(({ model, finding }) => [model, finding])).toEqual([
    ['model1', 'PTX'],
    ['model2', 'PTX'],
  ]);
  const [row] = label_error;
  const ap = cells.find(
    ({ model, view, finding }) => model === 'model1' && view === 'AP' && finding === 'PTX',
  );
  expect(row?.observed_ap).toBe(ap?.estimate);
  const share = (ap?.positives as number) / (ap?.n as number);
  expect(row?.corrected_ap).toBeCloseTo(
    0.5 + ((ap?.estimate as number) - 0.5) / (shrinkageOf(share, ACCURACY) as number),
    14,
  );
  expect(Math.abs(row?.corrected_gap as number)).toBeGreaterThan(Math.abs(row?.observed_gap as number));
});
