import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { CONFIG, FIXTURES, metricsOf, near, type PredictionRow, zechRows } from '../test/testing.ts';

/** Numbers of fixtures/make_parts.py: numpy, scipy, scikit-learn, statsmodels. */
type Row = Readonly<Record<string, unknown>> & { finding: string; view: string };
interface Expected {
  margin: number;
  power: (Row & { se: number })[];
  precision: (Row & { auprc: number })[];
  raw: (Row & { observed: number[] })[];
  scaled: (Row & { observed: number[] })[];
  calibration_gaps: { finding: string; of: string; estimate: number; se: number }[];
  strata: {
    grouped_by: string;
    stratum: number | null;
    n: number;
    estimate: number | null;
    se: number | null;
  }[];
  weighted: Record<string, { estimate: number; se: number }>;
  both_views: Record<string, { estimate: number; se: number }>;
}
const expected: Expected = JSON.parse(await readFile(join(FIXTURES, 'parts-expected.json'), 'utf8'));

const rows: PredictionRow[] = (await zechRows()).map((row) => {
  const patient = Number(row.patient_id);
  return { ...row, age_years: 20 + (patient % 60), sex: patient % 7 < 3 ? 'F' : 'M' };
});
const seed0 = rows.filter(({ seed }) => seed === 0);
const isValidation = ({ patient_id }: PredictionRow) => Number(patient_id) % 3 === 0;
const split = seed0.map((row) => ({ ...row, split: isValidation(row) ? 'val' : 'test' }));
const metrics = await metricsOf(rows, { ...CONFIG, margin: expected.margin });
const oneSeed = await metricsOf(seed0);
const validated = await metricsOf(split);

/** Every number of `wanted` to a relative 1e-10, everything else exactly. */
function closeTo(wanted: Readonly<Record<string, unknown>>, tolerance = 1e-10): Record<string, unknown> {
  const held = (value: unknown): unknown =>
    typeof value === 'number'
      ? near(value, tolerance * Math.max(1, Math.abs(value)))
      : Array.isArray(value)
        ? value.map(held)
        : value;
  return Object.fromEntries(Object.entries(wanted).map(([key, value]) => [key, held(value)]));
}

describe('on real scores, as numpy, scipy, scikit-learn and statsmodels have it', () => {
  test.each(expected.power)('power of the change of gap: $finding', (wanted) => {
    const row = metrics.power.find((one) => one.of === 'change_of_gap' && one.finding === wanted.finding);
    expect(row).toMatchObject(closeTo(wanted));
  });

  test('average precision, with ties', async () => {
    const tied = await metricsOf(rows.map((row) => ({ ...row, score: Math.floor(row.score as number) })));
    for (const { finding, view, auprc } of expected.precision) {
      const cell = tied.cells.find(
        (row) => row.model === 'model1' && row.seed === null && row.finding === finding && row.view === view,
      );
      expect(cell?.auprc).toEqual(near(auprc, 1e-12));
    }
  });

  test.each([
    ['raw', oneSeed, expected.raw],
    ['scaled', validated, expected.scaled],
  ] as const)(
    'calibration, %s: intercept in the large, slope, their intervals, Brier, ECE and reliability',
    (scores, of, wanted) => {
      for (const { observed, ...row } of wanted) {
        const found = find(of, row, scores);
        expect(found).toMatchObject(closeTo(row, 1e-8));
        expect(found?.points.map((point) => point.observed)).toEqual(
          observed.map((value) => near(value, 1e-12)),
        );
      }
    },
  );

  test.each(expected.calibration_gaps)('calibration in AP less that in PA: $of of $finding', (wanted) => {
    const { finding, of } = wanted;
    const found = oneSeed.calibration_gaps.find(
      (row) => row.model === 'model1' && row.seed === 0 && row.finding === finding && row.of === of,
    );
    expect(found).toMatchObject(closeTo(wanted, 1e-8));
  });

  test('the gap within strata of age and sex, and over them', () => {
    const names: Record<string, string[]> = {
      age: ['under 35', '35 to 49', '50 to 64', '65 and over'],
      sex: ['F', 'M'],
    };
    for (const { grouped_by: by, stratum, ...numbers } of expected.strata) {
      const found = oneSeed.adjusted.find(
        (row) =>
          row.grouped_by === by &&
          row.of === 'gap' &&
          row.model === 'model1' &&
          row.finding === 'NDL' &&
          row.stratum === (stratum === null ? null : names[by]?.[stratum]),
      );
      expect(found).toMatchObject(closeTo(numbers));
    }
  });

  test('the gap with AP and PA weighted to the same mixture of ages, sexes and labels', () => {
    for (const [finding, wanted] of Object.entries(expected.weighted)) {
      const found = oneSeed.adjusted.find(
        (row) => row.method === 'weighting' && row.model === 'model1' && row.finding === finding,
      );
      expect(found).toMatchObject({ grouped_by: 'age x sex', ...closeTo(wanted, 1e-8) });
    }
  });

  test('AP and PA are alike after weighting, in every stratum and in prevalence', () => {
    const rows = oneSeed.balance.filter(({ finding }) => finding === 'PEF');
    expect(new Set(rows.map(({ grouped_by }) => grouped_by))).toEqual(new Set(['age', 'sex', 'finding']));
    expect(rows.some(({ difference }) => Math.abs(difference ?? 0) > 0.05)).toBe(true);
    for (const { weighted_difference } of rows) {
      expect(Math.abs(weighted_difference ?? 1)).toBeLessThan(1e-9);
    }
  });

  test('the gap among patients filmed in both views', () => {
    for (const [finding, wanted] of Object.entries(expected.both_views)) {
      const found = oneSeed.sensitivity.find(
        (row) =>
          row.variant === 'patients filmed in both views' &&
          row.model === 'model1' &&
          row.of === 'gap' &&
          row.finding === finding,
      );
      expect(found).toMatchObject(closeTo(wanted));
    }
  });

  test('ROC curves start and end in the corners, never fall, and keep the area', () => {
    expect(metrics.roc).toHaveLength(2 * 2 * 5 * 3);
    for (const { points, area_error } of metrics.roc) {
      expect([points[0], points.at(-1)]).toEqual([
        [0, 0],
        [1, 1],
      ]);
      expect(Math.abs(area_error)).toBeLessThanOrEqual(1e-4);
      for (let k = 1; k < points.length; k++) {
        expect(points[k]?.[0]).toBeGreaterThanOrEqual(points[k - 1]?.[0] as number);
        expect(points[k]?.[1]).toBeGreaterThanOrEqual(points[k - 1]?.[1] as number);
      }
    }
  });
});

function find(of: Metrics, { finding, view }: Row, scores: string) {
  return of.calibration.find(
    (row) =>
      row.model === 'model1' &&
      row.seed === 0 &&
      row.finding === finding &&
      row.view === view &&
      row.scores === scores,
  );
}
