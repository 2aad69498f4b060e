import { bootstrapOnThreads, replicate, resultOf, tQuantile, tTestP } from '@viewgap/stats';
import { describe, expect, test, vi } from 'vitest';
import { CONFIG, cohort, studyOf } from '../../test/testing.ts';
import { Contrasts } from '../contrasts/estimates.ts';
import { aurocSubjects, changeSubjects, gapSubjects } from '../contrasts/quantity.ts';
import { readingOf } from '../contrasts/reading.ts';
import type { Dataset } from '../study/study.ts';
import { bootstrapRows, planBootstrap } from './bootstrap.ts';

vi.setConfig({ testTimeout: 60_000 });

const READING = readingOf(0.95, 'patient');

async function planned(patients: number) {
  const { datasets, findings } = await studyOf(cohort(patients, 4), CONFIG);
  const contrasts = new Contrasts(datasets[0] as Dataset, findings);
  const subjects = [
    ...aurocSubjects('model1', findings),
    ...gapSubjects('model1', findings),
    ...changeSubjects('model1', 'model2', findings),
  ];
  return planBootstrap(contrasts, subjects, READING, 1);
}

describe('a bootstrap by patient', () => {
  test('agrees with the clustered errors within 5 % where each class has at least 50 patients', async () => {
    const plan = await planned(300);
    const rows = bootstrapRows('hospital', plan, replicate(plan.job, 0, 2000), READING);
    expect(rows).toHaveLength(20);
    for (const { ratio, t_ci_low, t_p, replicates } of rows) {
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.05);
      expect([t_ci_low, t_p, replicates]).toEqual([null, null, 2000]);
    }
  });

  test('is studentised where a class has fewer, and then wider than the normal interval', async () => {
    const plan = await planned(45);
    const rows = bootstrapRows('hospital', plan, replicate(plan.job, 0, 1000), READING);
    const gap = rows.find(({ of, finding }) => of === 'gap' && finding === 'PTX');
    expect((gap?.t_ci_high ?? 0) - (gap?.t_ci_low ?? 0)).toBeGreaterThan(2 * 1.96 * (gap?.se ?? 0));
    expect(gap?.t_p).toBeGreaterThan(0);
    expect(gap?.note).toContain('few clusters: studentised');
  });

  test('gives the same numbers on any number of threads', async () => {
    const { job } = await planned(45);
    const alone = replicate(job, 0, 50);
    const blocks: number[] = [];
    const shared = await bootstrapOnThreads(job, 50, (more) => blocks.push(more), 3);
    expect(shared).toEqual(alone);
    expect(blocks.reduce((a, b) => a + b)).toBe(50);
  });
});

describe('of many replicates', () => {
  const t = Float64Array.from({ length: 999 }, (_, i) => (i + 1) / 100);

  test('the standard deviation, without those that lack a class', () => {
    const values = Float64Array.of(1, 10, Number.NaN, 20, 3, 30);
    expect(resultOf({ values, t: values }, 0, 2)).toMatchObject({ se: Math.SQRT2, count: 2 });
    expect(resultOf({ values, t: values }, 1, 2)).toMatchObject({ se: 10, count: 3 });
  });

  test('the quantile of |t| and the share beyond, the sample counted in', () => {
    expect(tQuantile({ t }, 0.95)).toBe(9.5);
    expect(tTestP({ t }, -9.5)).toBeCloseTo(0.051, 12);
    expect(tTestP({ t }, 100)).toBeCloseTo(0.001, 12);
    expect([tQuantile({ t: t.slice(0, 50) }, 0.95), tTestP({ t: t.slice(0, 50) }, 1)]).toEqual([null, null]);
  });
});
