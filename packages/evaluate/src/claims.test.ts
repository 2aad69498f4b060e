import type { EvaluateConfig } from '@viewgap/contracts';
import { uniforms } from '@viewgap/stats';
import { describe, expect, test } from 'vitest';
import { CONFIG, metricsOf, type PredictionRow, row } from '../test/testing.ts';

const SCORED: EvaluateConfig = { ...CONFIG, primary: 'hospital', margin: 0.05 };

/** How much a score says of the label, in AP and in PA. */
interface Skill {
  readonly AP: number;
  readonly PA: number;
}

/**
 * 300 patients of one film: those of even number are AP, a third have the finding. A score is skill x label + noise of the
 * film, which both models share, + noise of the model and the seed.
 */
function scored(model: string, seed: number, skill: Skill, more: Partial<PredictionRow> = {}, own = 0.3) {
  const shared = uniforms(7);
  const alone = uniforms(100, seed, Number(model.slice(-1)));
  return Array.from({ length: 300 }, (_, i) => {
    const view = i % 2 === 0 ? 'AP' : 'PA';
    const label = i % 3 === 0 ? 1 : 0;
    const score = skill[view] * label + shared() + own * alone();
    return row({ image_id: `i${i}`, patient_id: `p${i}`, view, label, model, seed, score, ...more });
  });
}

const metricsFor = (first: Skill, second: Skill, config = SCORED) =>
  metricsOf([...scored('model1', 0, first), ...scored('model2', 0, second)], config);

const outcomes = async (first: Skill, second: Skill, config = SCORED) => {
  const metrics = await metricsFor(first, second, config);
  return metrics.primary_tests.map(({ outcome }) => outcome);
};

describe('the primary tests', () => {
  test('a model that only knows the view is not better: nothing changes within the views', async () => {
    const first = scored('model1', 0, { AP: 0.4, PA: 0.4 });
    const shifted = first.map((one) => ({
      ...one,
      model: 'model2',
      score: (one.score as number) + (one.view === 'AP' ? 0.8 : 0),
    }));
    const metrics = await metricsOf([...first, ...shifted], SCORED);
    expect(metrics.primary_tests[0]).toMatchObject({ view: 'mean', estimate: 0, se: 0, outcome: 'not_made' });
    const parts = metrics.pooled_changes.map(({ part, estimate }) => [part, estimate]);
    expect(parts[0]).toEqual(['within_views', 0]);
    const pooled = metrics.changes.find(({ view, finding }) => view === 'all' && finding === 'PTX');
    expect(parts[1]?.[1]).toBeCloseTo(pooled?.estimate as number, 14);
  });

  test('step 2 opens only where step 1 favours the second model', async () => {
    const [low, high] = [
      { AP: 0.1, PA: 0.5 },
      { AP: 0.5, PA: 0.55 },
    ];
    expect(await outcomes(low, high)).toEqual(['favours', 'favours']);
    expect(await outcomes(high, low)).toEqual(['against', 'descriptive']);
    expect(await outcomes(low, low)).toEqual(['not_shown', 'descriptive']);
  });

  test('the findings are those with enough patients of each class in each view, by their labels alone', async () => {
    const rare = scored('model1', 0, { AP: 1, PA: 1 }, { finding: 'FIB' }).map((one, i) => ({
      ...one,
      label: i < 36 ? one.label : 0,
    }));
    const rows = [...scored('model1', 0, { AP: 0.3, PA: 0.3 }), ...rare];
    const both = [
      ...rows,
      ...rows.map((one) => ({ ...one, model: 'model2', score: (one.score as number) ** 2 })),
    ];
    const found = async (primaryMinimum: number) =>
      (await metricsOf(both, { ...SCORED, primaryMinimum })).primary_tests.map(({ findings }) => findings);
    expect(await found(20)).toEqual([['PTX'], ['PTX']]);
    expect(await found(6)).toEqual([
      ['PTX', 'FIB'],
      ['PTX', 'FIB'],
    ]);
    const [none] = (await metricsOf(both, { ...SCORED, primaryMinimum: 200 })).primary_tests;
    expect(none).toMatchObject({ estimate: null, outcome: 'not_made', findings: [] });
    expect(none?.sentence).toContain('no finding has 200 patients with it and 200 without in each view');
  });

  test('none without a name, an error for a name that no data set has', async () => {
    const rows = [...scored('model1', 0, { AP: 1, PA: 1 }), ...scored('model2', 0, { AP: 1, PA: 1 })];
    expect((await metricsOf(rows)).primary_tests).toEqual([]);
    await expect(metricsOf(rows, { ...SCORED, primary: 'hospitl' })).rejects.toThrow(
      'no data set of evaluate.primary: hospitl (did you mean "hospital"?)',
    );
  });

  test('sentences say what was shown, in which view, and no more', async () => {
    const narrower = await metricsFor({ AP: 0.1, PA: 0.5 }, { AP: 0.5, PA: 0.55 });
    expect(narrower.primary_tests[0]?.sentence).toMatch(
      /^The mean of AP's and PA's mAUROC rises from model1 to model2 on hospital, for these weights only: \+0\.\d{4} \(95 % CI .*\), p < 0\.0001\.$/,
    );
    expect(narrower.primary_tests[1]?.sentence).toMatch(
      /is smaller, and neither view loses 0\.05 or more: it narrows, for these weights only: .*; AP changes by \+.*, PA by \+/,
    );
  });
});

describe('whether the gap narrows', () => {
  const outcome = async (first: Skill, second: Skill, margin: number | null) => {
    const { narrowing } = await metricsFor(first, second, { ...SCORED, margin });
    return narrowing.find(({ finding }) => finding === 'mean')?.outcome;
  };

  test.each<[string, Skill, Skill, number | null]>([
    ['narrows', { AP: 0.1, PA: 0.5 }, { AP: 0.5, PA: 0.55 }, 0.05],
    ['smaller_no_margin', { AP: 0.1, PA: 0.5 }, { AP: 0.5, PA: 0.55 }, null],
    // the better view is read worse: levelling down
    ['smaller_but_a_view_may_lose', { AP: 0.1, PA: 0.6 }, { AP: 0.1, PA: 0.15 }, 0.05],
    ['widens', { AP: 0.4, PA: 0.5 }, { AP: 0, PA: 0.6 }, 0.05],
    ['not_shown', { AP: 0.3, PA: 0.3 }, { AP: 0.31, PA: 0.3 }, 0.05],
    // the gap crosses 0 to the same size
    ['not_shown', { AP: 0.1, PA: 0.6 }, { AP: 0.6, PA: 0.1 }, 0.05],
  ])('%s', async (wanted, first, second, margin) => {
    expect(await outcome(first, second, margin)).toBe(wanted);
  });

  test('p is the larger of those of the change and the sum of the gaps', async () => {
    const { narrowing, changes } = await metricsFor({ AP: 0.1, PA: 0.5 }, { AP: 0.3, PA: 0.5 });
    const [one] = narrowing;
    const change = changes.find(({ of, finding }) => of === 'change_of_gap' && finding === 'PTX');
    expect(one?.p).toBeGreaterThanOrEqual(change?.p as number);
    expect(one?.sum_of_gaps).toBeCloseTo((one?.gap_from ?? 0) + (one?.gap_to ?? 0), 14);
  });
});

describe('seeds', () => {
  /** Model 2 is better by luck of its seed: skills that differ between seeds. */
  const seeds = (skills: readonly number[]) =>
    skills.flatMap((skill, seed) => [
      ...scored('model1', seed, { AP: 0.3, PA: 0.3 }),
      ...scored('model2', seed, { AP: skill, PA: skill }),
    ]);
  const change = async (skills: readonly number[]) => {
    const metrics = await metricsOf(seeds(skills), SCORED);
    const wanted = metrics.changes.find(
      ({ of, finding, seed, view }) =>
        of === 'change_of_auroc' && finding === 'mean' && seed === null && view === 'mean',
    );
    return { metrics, change: wanted };
  };

  test('with two seeds all speaks of these weights, and each seed has its rows', async () => {
    const { metrics, change: found } = await change([0.2, 0.6]);
    expect(found).toMatchObject({ basis: 'weights' });
    expect(found?.p).toBe(found?.weights_p);
    expect(found?.note).toContain('these weights only: two seeds');
    const own = metrics.changes.filter(
      ({ of, finding, view }) => of === 'change_of_auroc' && finding === 'mean' && view === 'mean',
    );
    expect(own.map(({ seed, mean_over }) => [seed, mean_over])).toEqual([
      [null, 'both'],
      [0, 'findings'],
      [1, 'findings'],
    ]);
  });

  test('with three the interval is of the method and there is no test; these weights stand beside it', async () => {
    const { metrics, change: found } = await change([0.1, 0.4, 0.7]);
    expect(found).toMatchObject({ basis: 'method', p: null });
    expect(found?.weights_p).toBeLessThan(0.05);
    expect(found?.se).toBeGreaterThan(2 * (found?.weights_se as number));
    expect((found?.ci_low ?? 1) < 0 && (found?.ci_high ?? -1) > 0).toBe(true);
    expect(metrics.primary_tests.map(({ outcome }) => outcome)).toEqual(['not_made', 'not_made']);
    for (const table of [metrics.cells, metrics.gaps, metrics.narrowing, metrics.abs_gap_changes]) {
      expect(table.filter((one) => !('seed' in one) || one.seed === null).map(({ basis }) => basis)).toEqual(
        table.filter((one) => !('seed' in one) || one.seed === null).map(() => 'method'),
      );
    }
  });

  test('from five on the method is tested, and Holm adjusts its p', async () => {
    const { change: lucky } = await change([0.1, 0.3, 0.4, 0.6, 0.9]);
    expect(lucky?.p).toBeGreaterThan(0.05);
    expect(lucky?.weights_p).toBeLessThan(0.05);
    const { change: better, metrics } = await change([0.6, 0.62, 0.64, 0.66, 0.68]);
    expect(better?.p).toBeLessThan(0.001);
    const [one] = metrics.changes.filter(({ finding, seed }) => finding === 'PTX' && seed === null);
    expect(one?.p_adjusted).toBe(one?.p);
  });

  test('levels are over the seeds that every model has, as changes are', async () => {
    const rows = seeds([0.3, 0.4]).filter(({ model, seed }) => model === 'model1' || seed === 0);
    const metrics = await metricsOf(rows, SCORED);
    const level = (model: string) =>
      metrics.cells.find((one) => one.model === model && one.finding === 'PTX' && one.view === 'AP')
        ?.estimate;
    const found = metrics.changes.find(({ view, finding }) => view === 'AP' && finding === 'PTX');
    expect(found?.estimate).toBeCloseTo((level('model2') as number) - (level('model1') as number), 14);
  });
});

test('the gap itself, not only its change, is held against the margin', async () => {
  const alike = await metricsFor({ AP: 0.9, PA: 0.9 }, { AP: 0.9, PA: 0.9 });
  expect(alike.gaps.every(({ within_margin }) => within_margin !== null)).toBe(true);
  const none = await metricsFor({ AP: 0.3, PA: 0.3 }, { AP: 0.4, PA: 0.3 }, { ...SCORED, margin: null });
  expect(none.gaps.every(({ within_margin }) => within_margin === null)).toBe(true);
});

test('the worse view and its change, whichever it is in each model', async () => {
  const metrics = await metricsFor({ AP: 0.1, PA: 0.5 }, { AP: 0.5, PA: 0.3 });
  const auroc = (model: string, view: string) =>
    metrics.cells.find((one) => one.model === model && one.view === view && one.finding === 'PTX')
      ?.estimate as number;
  const worst = (model: string) => Math.min(auroc(model, 'AP'), auroc(model, 'PA'));
  const rows = metrics.worst_views.filter(({ finding }) => finding === 'PTX');
  expect(rows.map(({ estimate }) => estimate)).toEqual([
    worst('model1'),
    worst('model2'),
    worst('model2') - worst('model1'),
  ]);
  for (const { estimate, ci_low, ci_high } of rows) {
    expect(estimate).toBeGreaterThan(ci_low as number);
    expect(estimate).toBeLessThan(ci_high as number);
  }
});

test('clusters that are not patients are not called so, and their number stands in each row', async () => {
  const rows = [...scored('model1', 0, { AP: 0.3, PA: 0.3 }), ...scored('model2', 0, { AP: 0.5, PA: 0.5 })];
  const inHospitals = rows.map((one, i) => ({ ...one, patient_id: `h${i % 5}` }));
  const metrics = await metricsOf(inHospitals, { ...SCORED, cluster: 'hospital' });
  expect(metrics.changes[0]).toMatchObject({ clusters: 5, df: 4 });
  expect(JSON.stringify([metrics.changes, metrics.primary_tests])).not.toContain('patient');
});
