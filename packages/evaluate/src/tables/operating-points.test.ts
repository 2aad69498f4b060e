import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import {
  CONFIG,
  cohort,
  FIXTURES,
  images,
  metricsOf,
  near,
  type PredictionRow,
  zechRows,
} from '../../test/testing.ts';

type OperatingPoint = Metrics['operating_points'][number];

/** Numbers of fixtures/make_operating.py: numpy, scipy, scikit-learn, statsmodels. */
type Expected = Record<'validation' | 'test', (Partial<OperatingPoint> & { estimate: number })[]> & {
  youden: Record<string, number>;
};
const expected: Expected = JSON.parse(await readFile(join(FIXTURES, 'operating-expected.json'), 'utf8'));

const seed0 = (await zechRows()).filter(({ seed }) => seed === 0);
const split = seed0.map((row): PredictionRow => {
  return { ...row, split: Number(row.patient_id) % 3 === 0 ? 'val' : 'test' };
});
const of = {
  validation: (await metricsOf(split)).operating_points,
  test: (await metricsOf(seed0)).operating_points,
};

/** The row of model 1 where it is of one model, and of the mean over seeds. */
function find(rows: readonly OperatingPoint[], key: Partial<OperatingPoint>): OperatingPoint {
  const wanted = { seed: null, ...key };
  const found = rows.filter(
    (row) =>
      (row.model === null || row.model === (key.model ?? 'model1')) &&
      Object.entries(wanted).every(([name, value]) => row[name as keyof OperatingPoint] === value),
  );
  expect(found).toHaveLength(1);
  return found[0] as OperatingPoint;
}

describe.each(['validation', 'test'] as const)('thresholds that the %s images choose', (chosen) => {
  test.each(
    expected[chosen].map(
      (row) =>
        [
          `${row.of} ${row.measure} ${row.finding} ${row.view}, chosen in ${row.threshold_view}`,
          row,
        ] as const,
    ),
  )('%s', (_, { estimate, se, ci_low, ci_high, clusters, threshold, ...key }) => {
    const row = find(of[chosen], key as Partial<OperatingPoint>);
    const close = (value: number | null | undefined) => (value == null ? null : near(value, 1e-7));
    expect(row).toMatchObject({
      estimate: close(estimate),
      se: close(se),
      ci_low: close(ci_low),
      ci_high: close(ci_high),
      clusters,
      threshold_images: chosen,
      ...(threshold === undefined ? {} : { threshold }),
    });
  });
});

test.each(Object.entries(expected.youden))(
  "Youden's threshold of %s, as scikit-learn has it",
  async (finding, threshold) => {
    const { operating_points } = await metricsOf(split, { ...CONFIG, thresholdRule: 'youden' });
    const row = find(operating_points, {
      of: 'share',
      finding,
      view: 'AP',
      measure: 'sensitivity',
      threshold_view: 'all',
    });
    expect(row).toMatchObject({ threshold, threshold_rule: 'youden', threshold_images: 'validation' });
  },
);

describe('where the images of a data set choose their own threshold', () => {
  test('the specificity of all of them is fixed and has no interval; that of a view has', () => {
    const key = { of: 'share', finding: 'PEF', measure: 'specificity', threshold_view: 'all' } as const;
    const all = find(of.test, { ...key, view: 'all' });
    expect(all.estimate).toBeGreaterThanOrEqual(0.9);
    expect(all).toMatchObject({ se: 0, ci_low: null });
    expect(all.note).toContain('the choice of the threshold fixes it: no interval');
    expect(find(of.test, { ...key, view: 'AP' }).ci_low).not.toBeNull();
    expect(all.note).toContain('these images chose the threshold, and its own error is counted');
  });

  test("Youden's has an error that is not known, and the note says so", async () => {
    const { operating_points } = await metricsOf(seed0, { ...CONFIG, thresholdRule: 'youden' });
    for (const { note } of operating_points) {
      expect(note).toContain('these images chose the threshold, and its own error is not known');
    }
  });
});

describe('thresholds that are given', async () => {
  const thresholds = { model1: { PEF: 0.5 } };
  const { operating_points: rows } = await metricsOf(split, { ...CONFIG, thresholds });
  const own = rows.filter(({ model, finding }) => model === 'model1' && finding === 'PEF');

  test('take the place of those that are chosen, PA images included', () => {
    expect(own.length).toBeGreaterThan(0);
    for (const row of own) {
      expect(row).toMatchObject({
        threshold: 0.5,
        threshold_rule: 'given',
        threshold_images: 'none',
        threshold_view: null,
      });
    }
    const scores = split.filter((row) => row.model === 'model1' && row.finding === 'PEF');
    const positives = scores.filter((row) => row.split === 'test' && row.view === 'AP' && row.label === 1);
    const called = positives.filter(({ score }) => (score as number) >= 0.5);
    const key = { of: 'share', finding: 'PEF', measure: 'sensitivity', view: 'AP' } as const;
    expect(find(rows, key)).toMatchObject({ n: positives.length, hits: called.length });
  });

  test('are compared with none that is chosen', () => {
    const changes = rows.filter((row) => row.of.startsWith('change'));
    expect(changes.some(({ finding }) => finding === 'PTX')).toBe(true);
    const own = changes.filter(({ finding }) => finding === 'PEF');
    expect(new Set(own.map(({ estimate }) => estimate))).toEqual(new Set([null]));
    expect(own[0]?.note).toBe('the thresholds were chosen in different ways');
  });

  test.each([
    [{ model9: { PEF: 0 } }, /no model of evaluate.thresholds.*model9/],
    [{ model1: { PEX: 0 } }, /no finding of evaluate.thresholds.*PEX/],
  ])('must be of a model and a finding', async (thresholds, message) => {
    await expect(metricsOf(seed0, { ...CONFIG, thresholds })).rejects.toThrow(message);
  });
});

describe('seeds', () => {
  const withSeeds = (count: number) =>
    Array.from({ length: count }, (_, seed) =>
      cohort(120, 2).map((row, i) => ({
        ...row,
        seed,
        score: (row.score as number) + 0.1 * Math.sin(seed * i),
      })),
    ).flat();
  const gapOf = (rows: readonly OperatingPoint[]) =>
    find(rows, { of: 'gap', measure: 'sensitivity', finding: 'PTX', threshold_view: 'all' });

  test.each([
    [2, 'weights', true],
    [3, 'method', false],
    [5, 'method', true],
  ] as const)('%i of them: errors of the %s, a test: %s', async (count, basis, isTested) => {
    const { operating_points } = await metricsOf(withSeeds(count));
    const gap = gapOf(operating_points);
    expect(gap.basis).toBe(basis);
    expect(gap.p !== null).toBe(isTested);
    expect(gap.ci_low).not.toBeNull();
    expect(gap.mean_over).toBe('seeds');
    const each = operating_points.filter(({ seed }) => seed !== null);
    expect(each.length).toBeGreaterThan(0);
    expect(new Set(each.map(({ threshold_view }) => threshold_view))).toEqual(new Set(['all']));
  });
});

test('a share of no image is null and says so; few images have no test', async () => {
  const { operating_points } = await metricsOf(
    images(
      Array.from({ length: 40 }, (_, i) => [
        `p${i}`,
        i % 2 === 0 ? 'AP' : 'PA',
        i === 0 || i > 36 ? 1 : 0,
        i,
      ]),
    ),
    { ...CONFIG, thresholds: { model1: { PTX: 1000 }, model2: { PTX: 1000 } } },
  );
  const key = { finding: 'PTX', view: 'AP' } as const;
  const ppv = find(operating_points, { ...key, measure: 'ppv' });
  expect(ppv).toMatchObject({ estimate: null, ci_low: null });
  expect(ppv.note).toContain('no image to take a share of');
  const gap = find(operating_points, { of: 'gap', measure: 'sensitivity' });
  expect(gap).toMatchObject({ estimate: 0, p: null });
  expect(gap.note).toContain('no test below 5 patients of a class');
});

test('scores that are all alike have no threshold, and the rows say so', async () => {
  const { operating_points } = await metricsOf(cohort(40, 2).map((row) => ({ ...row, score: 1 })));
  expect(operating_points.length).toBeGreaterThan(0);
  for (const { estimate, note } of operating_points) {
    expect(estimate).toBeNull();
    expect(note).toContain('no threshold: no score leaves enough of the images without the finding below it');
  }
});
