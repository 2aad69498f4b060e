import type { Metrics } from '@viewgap/contracts';
import { metrics as metricsSchema } from '@viewgap/contracts/metrics';
import { describe, expect, test } from 'vitest';
import { CONFIG, cohort, images, metricsOf, type PredictionRow, zechRows } from '../test/testing.ts';

/** What must hold of any metrics: the schema takes them (it refuses NaN), and every null of a number has a note. */
function expectSound(metrics: Metrics): void {
  expect(() => metricsSchema.parse(metrics)).not.toThrow();
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics);
  for (const { estimate, se, ci_low, ci_high, note } of [
    ...metrics.cells,
    ...metrics.image_level,
    ...metrics.sensitivity,
    ...metrics.adjusted,
    ...metrics.operating_points,
  ]) {
    if ([estimate, se, ci_low, ci_high].includes(null)) expect(note).not.toBeNull();
  }
  for (const { estimate, se, ci_low, p, note } of [...metrics.gaps, ...metrics.changes]) {
    if ([estimate, se, ci_low, p].includes(null)) expect(note).not.toBeNull();
  }
  for (const { estimate, ci_low, note } of [...metrics.abs_gap_changes, ...metrics.worst_views]) {
    if ([estimate, ci_low].includes(null)) expect(note).not.toBeNull();
  }
  for (const { p, note } of metrics.narrowing) if (p === null) expect(note).not.toBeNull();
  for (const { intercept, slope, brier, ece, note } of metrics.calibration) {
    if ([intercept, slope, brier, ece].includes(null)) expect(note).not.toBeNull();
  }
  for (const { se, detectable, clusters_needed, note } of metrics.power) {
    if ([se, detectable, clusters_needed].includes(null)) expect(note).not.toBeNull();
  }
}

describe('degenerate data', () => {
  const cell = (metrics: Metrics, view: string, finding = 'PTX') =>
    metrics.cells.find((c) => c.model === 'model1' && c.view === view && c.finding === finding);
  const gap = (metrics: Metrics) => metrics.gaps.find((g) => g.model === 'model1' && g.finding === 'PTX');

  test('one class only: null, and the note says which is missing', async () => {
    const metrics = await metricsOf(
      images([
        ['a', 'AP', 1, 2],
        ['b', 'AP', 0, 1],
        ['c', 'PA', 0, 1],
        ['d', 'PA', 0, 0],
      ]),
    );
    expectSound(metrics);
    expect(cell(metrics, 'PA')).toMatchObject({
      n: 2,
      positives: 0,
      clusters: 2,
      estimate: null,
      note: 'one class only: no image with PTX in PA',
    });
    expect(gap(metrics)).toMatchObject({ estimate: null, abs_gap: null, p: null, p_adjusted: null });
    expect(cell(metrics, 'PA', 'mean')).toMatchObject({
      estimate: null,
      note: 'no finding can be estimated',
    });
  });

  test('a perfect AUROC of few patients: a wide interval, and no test of a gap without an error', async () => {
    const metrics = await metricsOf(
      images([
        ['a', 'AP', 1, 9],
        ['b', 'AP', 1, 8],
        ['c', 'AP', 0, 0],
        ['d', 'AP', 0, 1],
        ['e', 'PA', 1, 9],
        ['f', 'PA', 1, 8],
        ['g', 'PA', 0, 0],
        ['h', 'PA', 0, 1],
      ]),
    );
    expectSound(metrics);
    expect(cell(metrics, 'AP')).toMatchObject({ estimate: 1, se: 0, ci_high: 1 });
    expect(cell(metrics, 'AP')?.ci_low).toBeLessThan(0.5);
    expect(gap(metrics)).toMatchObject({ estimate: 0, pa_minus_ap: 0, se: 0, p: null });
    expect(Object.is(gap(metrics)?.pa_minus_ap, 0)).toBe(true);
  });

  test('all scores tied: 0.5, no error', async () => {
    const metrics = await metricsOf(cohort(40, 2).map((one) => ({ ...one, score: 1 })));
    expectSound(metrics);
    expect(cell(metrics, 'all')).toMatchObject({ estimate: 0.5, se: 0, ci_low: null });
  });

  test('one patient', async () => {
    const metrics = await metricsOf(cohort(30, 2).map((one) => ({ ...one, patient_id: 'same' })));
    expectSound(metrics);
    expect(cell(metrics, 'AP')).toMatchObject({ clusters: 1, estimate: null, se: null, ci_low: null });
    expect(cell(metrics, 'AP')?.note).toContain('one patient only with PTX in AP');
  });

  test('one positive patient in a view: nothing is estimated there, in both views together it is', async () => {
    const metrics = await metricsOf(
      images([
        ['a', 'AP', 1, 2],
        ['b', 'AP', 0, 1],
        ['c', 'AP', 0, 3],
        ['d', 'PA', 1, 1],
        ['e', 'PA', 0, 0],
        ['f', 'PA', 0, 2],
      ]),
    );
    expectSound(metrics);
    expect(cell(metrics, 'AP')).toMatchObject({ estimate: null, se: null, ci_low: null, positives: 1 });
    expect(cell(metrics, 'AP')?.note).toBe('one patient only with PTX in AP');
    expect(cell(metrics, 'all')).toMatchObject({ estimate: 0.5 });
    expect(gap(metrics)).toMatchObject({ estimate: null, p: null });
  });

  test('no patient ids: each image is its own cluster, and every row says so', async () => {
    const rows = cohort(100, 2);
    const metrics = await metricsOf(rows.map((one) => ({ ...one, patient_id: null })));
    expectSound(metrics);
    expect(metrics.settings.cluster).toBe('image');
    expect(metrics.datasets[0]).toMatchObject({ images: 200, clusters: 200 });
    for (const table of [metrics.datasets, metrics.cells, metrics.gaps, metrics.changes]) {
      for (const { note } of table) expect(note).toContain('no patient ids: each image is its own cluster');
    }
    expect((await metricsOf(rows)).settings.cluster).toBe('patient');
    const some = await metricsOf(
      rows.map((one) => (one.image_id === 'i5' ? { ...one, patient_id: null } : one)),
    );
    expect(some.datasets[0]?.note).toBe('images without a patient id, each its own cluster: 1');
  });

  test('a finding absent in one data set, a model absent in another, a view missing', async () => {
    const metrics = await metricsOf([
      ...cohort(60, 2, { dataset: 'one' }),
      ...cohort(60, 2, { dataset: 'two', finding: 'CSN' }).filter(({ model }) => model === 'model1'),
      ...cohort(60, 2, { dataset: 'three' }).filter(({ view }) => view === 'AP'),
    ]);
    expectSound(metrics);
    const change = (dataset: string, finding: string, view: string | null) =>
      metrics.changes.find((c) => c.dataset === dataset && c.finding === finding && c.view === view);
    expect(change('one', 'PTX', 'all')?.estimate).not.toBeNull();
    expect(change('one', 'CSN', 'all')).toMatchObject({ estimate: null });
    expect(change('two', 'CSN', 'all')).toMatchObject({
      estimate: null,
      note: 'no scores of model2 in this data set',
    });
    expect(change('three', 'PTX', 'AP')?.estimate).not.toBeNull();
    expect(change('three', 'PTX', null)).toMatchObject({ estimate: null });
    expect(change('one', 'mean', 'all')?.note).toContain('mean of PTX (CSN cannot be estimated)');
  });

  test('labels that are not known are never negatives', async () => {
    const rows = cohort(60, 2);
    const unknown = rows.map((one) => ({
      ...one,
      image_id: `unknown-${one.image_id}`,
      label: null,
      score: -9,
    }));
    expect((await metricsOf([...rows, ...unknown])).cells).toEqual((await metricsOf(rows)).cells);
  });

  test('every image of a data set lateral: counted; of all data sets: an error', async () => {
    const lateral = cohort(5, 2, { view: 'LATERAL' });
    const metrics = await metricsOf([...lateral, ...cohort(60, 2, { dataset: 'other' })]);
    expectSound(metrics);
    expect(metrics.datasets[0]).toMatchObject({
      dataset: 'hospital',
      split: 'none',
      images: 0,
      excluded: 10,
      note: 'in no view: 10 LATERAL',
    });
    await expect(metricsOf(lateral)).rejects.toThrow(
      'no row can be used for the statistics: 20 rows (give AP or PA images',
    );
  });

  test('fewer than 5 patients of a class: an interval, but no test', async () => {
    const scored = (count: number) =>
      images(
        Array.from({ length: 40 }, (_, i): [string, string, number, number] => [
          `p${i}`,
          i % 2 === 0 ? 'AP' : 'PA',
          i < 2 * count ? 1 : 0,
          (i * 7) % 11,
        ]),
      );
    expect(gap(await metricsOf(scored(5)))?.p).not.toBeNull();
    const few = gap(await metricsOf(scored(4)));
    expect(few?.ci_low).not.toBeNull();
    expect(few).toMatchObject({ p: null, p_adjusted: null });
    expect(few?.note).toContain('no test below 5 patients of a class');
  });
});

describe('which rows are used', () => {
  test('of the findings asked for alone, and the means are of those', async () => {
    const both = [...cohort(60, 2), ...cohort(60, 2, { finding: 'CSN' })];
    const one = await metricsOf(both, { ...CONFIG, findings: ['CSN'] });
    expect(one.findings).toEqual(['CSN']);
    const auroc = (metrics: Metrics, finding: string) =>
      metrics.cells.find((c) => c.finding === finding && c.view === 'all')?.estimate;
    expect(auroc(one, 'mean')).toBe(auroc(await metricsOf(both), 'CSN'));
    await expect(metricsOf(both, { ...CONFIG, findings: ['CSN', 'FIB'] })).rejects.toThrow(
      'the predictions lack these findings: FIB (the predictions have CSN, PTX)',
    );
  });

  test('test and external are, val and train are left out and counted, other views excluded and counted', async () => {
    const used = cohort(60, 2);
    const other = (of: Partial<PredictionRow>) =>
      cohort(10, 1).map((one) => ({
        ...one,
        image_id: `${of.split ?? ''}${of.view ?? ''}${one.image_id}`,
        ...of,
      }));
    const metrics = await metricsOf([
      ...used,
      ...other({ split: 'val' }),
      ...other({ split: 'train' }),
      ...other({ view: 'LATERAL' }),
      ...other({ view: 'unknown' }),
    ]);
    expect(metrics.cells).toEqual((await metricsOf(used)).cells);
    expect(metrics.datasets).toEqual([
      {
        dataset: 'hospital',
        split: 'test',
        images: 120,
        clusters: 60,
        excluded: 20,
        note: 'in no view: 10 LATERAL, 10 unknown; left out by split: 10 train, 10 val',
      },
    ]);
  });

  test('data sets are kept apart, with their splits', async () => {
    const alone = await metricsOf(cohort(60, 2, { dataset: 'a', split: 'external' }));
    const both = await metricsOf([
      ...cohort(60, 2, { dataset: 'a', split: 'external' }),
      ...cohort(30, 2, { dataset: 'b', split: null }),
    ]);
    expect(both.datasets.map(({ dataset, split }) => [dataset, split])).toEqual([
      ['a', 'external'],
      ['b', 'unspecified'],
    ]);
    expect(both.changes.filter(({ dataset }) => dataset === 'a')).toEqual(alone.changes);
  });
});

describe('laws', () => {
  test('a strictly increasing map of the scores changes no AUROC, gap or change, and none of their errors', async () => {
    const rows = cohort(60, 2);
    const mapped = rows.map((one) => ({ ...one, score: Math.exp(3 * (one.score as number)) - 7 }));
    const [straight, other] = [await metricsOf(rows), await metricsOf(mapped)];
    for (const table of ['cells', 'gaps', 'changes', 'abs_gap_changes', 'checks', 'roc'] as const) {
      expect(other[table]).toEqual(straight[table]);
    }
  });

  test('every patient twice: the same numbers, and errors smaller by the square root of 2 but for G / (G - 1)', async () => {
    const rows = cohort(60, 2);
    const copies = rows.map((one) => ({
      ...one,
      image_id: `${one.image_id}b`,
      patient_id: `${one.patient_id}b`,
    }));
    const [once, twice] = [await metricsOf(rows), await metricsOf([...rows, ...copies])];
    const shrunk = Math.sqrt(((120 / 119) * (59 / 60)) / 2);
    once.changes.forEach((change, i) => {
      expect(twice.changes[i]?.estimate).toBeCloseTo(change.estimate as number, 14);
      expect(twice.changes[i]?.se).toBeCloseTo(shrunk * (change.se as number), 12);
    });
  });

  test('two copies of every image of a patient tell nothing new: the same errors, where those by image shrink', async () => {
    const rows = cohort(60, 2);
    const copies = rows.map((one) => ({ ...one, image_id: `${one.image_id}b` }));
    const [once, twice] = [await metricsOf(rows), await metricsOf([...rows, ...copies])];
    once.changes.forEach((change, i) => {
      expect(twice.changes[i]?.estimate).toBeCloseTo(change.estimate as number, 14);
      expect(twice.changes[i]?.se).toBeCloseTo(change.se as number, 12);
    });
    const auroc = (metrics: Metrics) => metrics.image_level.find(({ of }) => of === 'auroc')?.se as number;
    expect(auroc(twice)).toBeLessThan(0.75 * auroc(once));
  });

  test('swapping AP and PA flips the sign of every gap, of every change of gap, and nothing else', async () => {
    const rows = await zechRows();
    const flip = { AP: 'PA', PA: 'AP' } as Record<string, string>;
    const [straight, swapped] = [
      await metricsOf(rows),
      await metricsOf(rows.map((one) => ({ ...one, view: flip[one.view as string] ?? null }))),
    ];
    straight.gaps.forEach((gap, i) => {
      expect(swapped.gaps[i]?.estimate).toBeCloseTo(-(gap.estimate as number), 14);
      expect(swapped.gaps[i]?.se).toBeCloseTo(gap.se as number, 14);
      expect(swapped.gaps[i]?.p).toBeCloseTo(gap.p as number, 12);
    });
    straight.changes
      .filter((change) => change.of === 'change_of_gap')
      .forEach((change) => {
        const other = swapped.changes.find(
          (c) => c.of === 'change_of_gap' && c.finding === change.finding && c.seed === change.seed,
        );
        expect(other?.estimate).toBeCloseTo(-(change.estimate as number), 14);
      });
    straight.abs_gap_changes.forEach((change, i) => {
      expect(swapped.abs_gap_changes[i]?.ci_low).toBeCloseTo(change.ci_low as number, 12);
    });
  });

  test('two copies of one model do not change at all', async () => {
    const rows = cohort(60, 2).filter(({ model }) => model === 'model1');
    const metrics = await metricsOf([...rows, ...rows.map((one) => ({ ...one, model: 'model2' }))]);
    expectSound(metrics);
    for (const { estimate, se, p } of metrics.changes) expect([estimate, se, p]).toEqual([0, 0, null]);
    for (const { estimate, ci_low, ci_high } of metrics.abs_gap_changes) {
      expect(estimate).toBe(0);
      expect(ci_low).toBeCloseTo(0, 12);
      expect(ci_high).toBeCloseTo(0, 12);
    }
  });

  test('one model alone has cells and gaps, and no changes', async () => {
    const metrics = await metricsOf(cohort(60, 2).filter(({ model }) => model === 'model1'));
    expectSound(metrics);
    expect(metrics.gaps).toHaveLength(2);
    expect([...metrics.changes, ...metrics.abs_gap_changes]).toEqual([]);
  });

  test('models without a common seed cannot be paired', async () => {
    const metrics = await metricsOf(
      cohort(60, 2).map((one) => ({ ...one, seed: one.model === 'model1' ? 0 : 1 })),
    );
    expectSound(metrics);
    expect(metrics.changes[0]).toMatchObject({
      estimate: null,
      note: 'model1 and model2 have no seed in common',
    });
  });

  test('only the seeds that both models have are paired, and the rest is said', async () => {
    const rows = cohort(60, 2);
    const extra = rows
      .filter(({ model }) => model === 'model1')
      .map((one) => ({ ...one, seed: 1, score: -(one.score as number) }));
    const [paired, plain] = [await metricsOf([...rows, ...extra]), await metricsOf(rows)];
    expect(paired.changes[0]?.estimate).toBe(plain.changes[0]?.estimate);
    expect(paired.changes[0]?.note).toContain('seeds left out because only one of the models has them: 1');
  });
});
