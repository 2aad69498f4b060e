import type { Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { CONFIG, cohort, metricsOf, type PredictionRow } from '../test/testing.ts';

const base = cohort(120, 4);
const gapUnder = (metrics: Metrics, variant: string) =>
  metrics.sensitivity.find(
    (row) => row.variant === variant && row.of === 'gap' && row.model === 'model1' && row.finding === 'PTX',
  );
const gapOf = (metrics: Metrics) =>
  metrics.gaps.find((row) => row.model === 'model1' && row.finding === 'PTX')?.ap_minus_pa;
const patientOf = ({ patient_id }: PredictionRow) => Number(patient_id?.slice(1));

describe('sensitivity: each variant is the main analysis of those images or labels alone', () => {
  test.each([
    [
      'without contradictory views',
      'view_conflict',
      (row: PredictionRow) => Number(row.image_id?.slice(1)) % 5 === 0,
    ],
    [
      'without support devices',
      'support_devices',
      (row: PredictionRow) => Number(row.image_id?.slice(1)) % 3 === 0,
    ],
    ['without overlapping patients', 'overlap', (row: PredictionRow) => patientOf(row) % 4 === 0],
  ] as const)('%s', async (variant, column, marked) => {
    const metrics = await metricsOf(
      base.map((row) => ({ ...row, [column]: marked(row) ? 'true' : 'false' })),
    );
    const without = await metricsOf(base.filter((row) => !marked(row)));
    const found = gapUnder(metrics, variant);
    expect(found?.value).toBeCloseTo(gapOf(without) as number, 14);
    expect(found?.main).toBe(gapOf(metrics));
    expect(found?.images).toBe(
      new Set(base.filter((row) => !marked(row)).map(({ image_id }) => image_id)).size,
    );
  });

  test('another set of labels, on all its images, and the main one where it exists', async () => {
    const report = base.map((row) => ({ ...row, label_set: 'report' }));
    const read = base.filter((row) => patientOf(row) % 2 === 0);
    const expert = read.map((row) => ({
      ...row,
      label_set: 'expert',
      label: patientOf(row) % 10 === 0 ? 1 - (row.label as number) : row.label,
    }));
    const metrics = await metricsOf([...report, ...expert]);
    expect(gapOf(metrics)).toBe(gapOf(await metricsOf(base)));
    expect(gapUnder(metrics, 'labels: expert')?.value).toBeCloseTo(
      gapOf(await metricsOf(expert.map((row) => ({ ...row, label_set: null })))) as number,
      14,
    );
    expect(gapUnder(metrics, 'the main labels, where there is one of expert')?.value).toBeCloseTo(
      gapOf(await metricsOf(read)) as number,
      14,
    );
    const swapped = await metricsOf([...report, ...expert], { ...CONFIG, labels: 'expert' });
    expect(gapOf(swapped)).toBeCloseTo(gapUnder(metrics, 'labels: expert')?.value as number, 14);
    await expect(metricsOf(report, { ...CONFIG, labels: 'readers' })).rejects.toThrow(
      'no such set of labels: readers (the predictions have report)',
    );
    await expect(metricsOf([...report, ...expert.map((row) => ({ ...row, score: 0.5 }))])).rejects.toThrow(
      'scores of one image that differ between sets of labels',
    );
  });

  test('the largest gap by the first seed is seen again by the other seeds alone', async () => {
    const rows = [...base, ...base.map((row) => ({ ...row, seed: 1, score: -(row.score as number) }))];
    const metrics = await metricsOf(rows);
    const row = metrics.sensitivity.find(
      ({ variant, of }) => variant.startsWith('the largest gap') && of === 'change_of_gap',
    );
    const second = await metricsOf(base.map((one) => ({ ...one, score: -(one.score as number) })));
    const change = second.changes.find(({ of, finding }) => of === 'gap' && finding === 'PTX');
    expect(row?.value).toBeCloseTo(change?.delta as number, 14);
  });
});

test('AUROC within each source, where there are several', async () => {
  const source = (row: PredictionRow) => (patientOf(row) % 2 === 0 ? 'east' : 'west');
  const metrics = await metricsOf(base.map((row) => ({ ...row, source: source(row) })));
  const east = await metricsOf(base.filter((row) => source(row) === 'east'));
  const key = (row: { model: string; finding: string; view: string }) =>
    row.model === 'model1' && row.finding === 'PTX' && row.view === 'all';
  expect(metrics.sources.find((row) => row.source === 'east' && key(row))?.auroc).toBe(
    east.cells.find(key)?.auroc,
  );
  expect(metrics.sources).toHaveLength(2 * 2 * 3);
  expect(east.sources).toEqual([]);
});

describe('several models', () => {
  test('every pair is compared, the declared one first', async () => {
    const third = base
      .filter(({ model }) => model === 'model2')
      .map((row) => ({ ...row, model: 'another', score: -(row.score as number) }));
    const metrics = await metricsOf([...base, ...third]);
    const pairs = new Set(metrics.changes.map(({ from, to }) => `${from} ${to}`));
    expect([...pairs]).toEqual(['model1 model2', 'another model1', 'another model2']);
  });

  test('Holm adjusts over the findings of a quantity, or over all tests of a data set where so declared', async () => {
    const rows = [...base, ...cohort(120, 4, { finding: 'CSN' })];
    const p = async (family: 'findings' | 'dataset') => {
      const { changes } = await metricsOf(rows, { ...CONFIG, family });
      return changes.filter(({ finding }) => finding !== 'mean');
    };
    const [narrow, wide] = [await p('findings'), await p('dataset')];
    const least = narrow.reduce((a, b) => ((b.p as number) < (a.p as number) ? b : a));
    const same = wide.find(
      (row) => row.finding === least.finding && row.of === least.of && row.view === least.view,
    );
    expect(least.p_holm).toBeCloseTo(Math.min(1, 2 * (least.p as number)), 12);
    expect(same?.p_holm).toBeCloseTo(Math.min(1, 8 * (least.p as number)), 12);
  });
});

describe('the primary tests', () => {
  const shifted = (by: (row: PredictionRow) => number) =>
    base.map((row) => (row.model === 'model2' ? { ...row, score: (row.score as number) + by(row) } : row));
  const primary = { ...CONFIG, primary: 'hospital', margin: 0.05 };

  test('the second is read only where the first is significant', async () => {
    const better = await metricsOf(
      shifted(({ label }) => 5 * (label as number)),
      primary,
    );
    expect(better.primary_tests.map(({ outcome }) => outcome)[0]).toBe('significant');
    expect(['significant', 'not_significant']).toContain(better.primary_tests[1]?.outcome);
    const image = ({ image_id }: PredictionRow) => Number(image_id?.slice(1));
    const same = await metricsOf(
      shifted((row) => 0.02 * ((image(row) * 7) % 11) - (image(row) % 3)),
      primary,
    );
    expect(same.primary_tests.map(({ step, outcome }) => [step, outcome])).toEqual([
      [1, 'not_significant'],
      [2, 'descriptive'],
    ]);
    expect(same.primary_tests[0]?.sentence).toMatch(
      /^The change of mAUROC over AP and PA from model1 to model2 on hospital is not shown to differ from 0, for these weights only: [+-]0\.\d{4} \(95 % CI .*, p = 0\.\d{4}\)\. It changed by less than 0\.05 \(p < 0\.0001\)\.$/,
    );
  });

  test('none without a name; an error for a name that no data set has', async () => {
    expect((await metricsOf(base)).primary_tests).toEqual([]);
    await expect(metricsOf(base, { ...primary, primary: 'hospitl' })).rejects.toThrow(
      'no data set of evaluate.primary: hospitl (did you mean "hospital"?)',
    );
  });

  test('speak of the method where there are several seeds', async () => {
    const rows = [
      ...base,
      ...base.map((row) => ({ ...row, seed: 1, score: (row.score as number) ** 3 + 0.1 * patientOf(row) })),
    ];
    const metrics = await metricsOf(rows, primary);
    const change = metrics.changes.find(({ of, finding }) => of === 'gap' && finding === 'mean');
    expect(metrics.primary_tests[1]).toMatchObject({
      basis: 'method',
      se: change?.method_se,
      p: change?.method_p,
    });
    expect(change?.method_se).toBeGreaterThan(change?.se as number);
  });
});
