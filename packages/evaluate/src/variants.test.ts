import type { Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { CONFIG, cohort, metricsOf, type PredictionRow } from '../test/testing.ts';

const base = cohort(120, 4);
const gapUnder = (metrics: Metrics, variant: string) =>
  metrics.sensitivity.find(
    (row) => row.variant === variant && row.of === 'gap' && row.model === 'model1' && row.finding === 'PTX',
  );
const gapOf = (metrics: Metrics) =>
  metrics.gaps.find((row) => row.model === 'model1' && row.finding === 'PTX')?.estimate;
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
    expect(found?.estimate).toBeCloseTo(gapOf(without) as number, 14);
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
    expect(gapUnder(metrics, 'labels: expert')?.estimate).toBeCloseTo(
      gapOf(await metricsOf(expert.map((row) => ({ ...row, label_set: null })))) as number,
      14,
    );
    expect(gapUnder(metrics, 'the main labels, where there is one of expert')?.estimate).toBeCloseTo(
      gapOf(await metricsOf(read)) as number,
      14,
    );
    const swapped = await metricsOf([...report, ...expert], { ...CONFIG, labels: 'expert' });
    expect(gapOf(swapped)).toBeCloseTo(gapUnder(metrics, 'labels: expert')?.estimate as number, 14);
    await expect(metricsOf(report, { ...CONFIG, labels: 'readers' })).rejects.toThrow(
      'no such set of labels: readers (the predictions have report)',
    );
    await expect(metricsOf([...report, ...expert.map((row) => ({ ...row, score: 0.5 }))])).rejects.toThrow(
      'scores of one image that differ between sets of labels',
    );
  });
});

test('AUROC within each source, where there are several', async () => {
  const source = (row: PredictionRow) => (patientOf(row) % 2 === 0 ? 'east' : 'west');
  const metrics = await metricsOf(base.map((row) => ({ ...row, source: source(row) })));
  const east = await metricsOf(base.filter((row) => source(row) === 'east'));
  const key = (row: { model: string; finding: string; view: string }) =>
    row.model === 'model1' && row.finding === 'PTX' && row.view === 'all';
  expect(metrics.sources.find((row) => row.source === 'east' && key(row))?.estimate).toBe(
    east.cells.find(key)?.estimate,
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
    const pairs = new Set(metrics.changes.map(({ from_model, to_model }) => `${from_model} ${to_model}`));
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
    expect(least.p_adjusted).toBeCloseTo(Math.min(1, 2 * (least.p as number)), 12);
    expect(same?.p_adjusted).toBeCloseTo(Math.min(1, 10 * (least.p as number)), 12);
  });
});
