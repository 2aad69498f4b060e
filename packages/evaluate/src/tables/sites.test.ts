import { randomEffects, studentQuantile } from '@viewgap/stats';
import { describe, expect, test } from 'vitest';
import { cohort, metricsOf } from '../../test/testing.ts';

const rows = cohort(240, 2);
// Every third patient has the finding.
const siteOf = (patient: string | null, sites: number) =>
  `site-${Math.floor(Number(patient?.slice(1)) / 3) % sites}`;
const inSites = (sites: number) => rows.map((row) => ({ ...row, source: siteOf(row.patient_id, sites) }));
const isGap = (row: { of: string; model: string | null; finding: string }) =>
  row.of === 'gap' && row.model === 'model1' && row.finding === 'PTX';

describe('sites', () => {
  test('each is the analysis of its films alone', async () => {
    const metrics = await metricsOf(inSites(3));
    const alone = await metricsOf(rows.filter(({ patient_id }) => siteOf(patient_id, 3) === 'site-1'));
    const site = metrics.sites.find((row) => row.site === 'site-1' && isGap(row));
    const gap = alone.gaps.find(({ model, finding }) => model === 'model1' && finding === 'PTX');
    expect(site?.estimate).toBeCloseTo(gap?.estimate as number, 14);
    expect(site?.se).toBeCloseTo(gap?.se as number, 14);
  });

  test('of fewer than five the mean is the common effect', async () => {
    const gaps = (await metricsOf(inSites(3))).sites.filter(isGap);
    const mean = gaps.find(({ site }) => site === null);
    const each = gaps.filter(({ site }) => site !== null);
    expect(mean).toMatchObject({ method: 'common_effect', tau_squared: null, prediction_low: null });
    const precision = each.map(({ se }) => 1 / (se as number) ** 2);
    const total = precision.reduce((sum, one) => sum + one, 0);
    const wanted = each.reduce(
      (sum, { estimate }, i) => sum + (estimate as number) * (precision[i] as number),
      0,
    );
    expect(mean?.estimate).toBeCloseTo(wanted / total, 12);
    expect(each.reduce((sum, { weight }) => sum + (weight as number), 0)).toBeCloseTo(1, 12);
  });

  test('from five on it is of sites like these, with an interval for a further one', async () => {
    const gaps = (await metricsOf(inSites(6))).sites.filter(isGap);
    const mean = gaps.find(({ site }) => site === null);
    const effects = gaps.flatMap(({ site, estimate, se }) =>
      site === null ? [] : [{ value: estimate as number, variance: (se as number) ** 2 }],
    );
    const wanted = randomEffects(effects);
    expect(mean).toMatchObject({ method: 'random_effects', df: 5, tau_squared: wanted.tauSquared });
    expect(mean?.estimate).toBeCloseTo(wanted.value, 14);
    const half = studentQuantile(0.975, 5) * Math.sqrt(wanted.variance);
    expect(mean?.ci_high).toBeCloseTo(wanted.value + half, 12);
    expect(mean?.prediction_low).toBeLessThan(mean?.ci_low as number);
  });

  test('one site has none', async () => {
    expect((await metricsOf(inSites(1))).sites).toEqual([]);
  });
});
