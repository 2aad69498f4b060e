import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commonEffect, randomEffects } from './meta-analysis.ts';

/** Numbers of fixtures/make_meta.py: statsmodels. */
interface Case {
  readonly values: number[];
  readonly variances: number[];
  readonly common: number;
  readonly common_sd: number;
  readonly random: number;
  readonly tau_squared: number;
  readonly q: number;
  readonly hartung_knapp: number;
  readonly known: number;
  readonly weights: number[];
}
const cases: Case[] = JSON.parse(
  readFileSync(new URL('../fixtures/meta-expected.json', import.meta.url), 'utf8'),
);

describe.each(cases.map((one) => [one.values.length, one] as const))(
  '%i sites, as statsmodels has it',
  (_, one) => {
    const effects = one.values.map((value, i) => ({ value, variance: one.variances[i] as number }));

    test('the common effect', () => {
      const found = commonEffect(effects);
      expect(found.value).toBeCloseTo(one.common, 12);
      expect(Math.sqrt(found.variance)).toBeCloseTo(one.common_sd, 12);
    });

    test('random effects by Paule and Mandel, with Hartung and Knapp`s variance, never below the known one', () => {
      const found = randomEffects(effects);
      expect(found.tauSquared).toBeCloseTo(one.tau_squared, 9);
      expect(found.q).toBeCloseTo(one.q, 8);
      expect(found.value).toBeCloseTo(one.random, 8);
      expect(found.variance).toBeCloseTo(Math.max(one.hartung_knapp, one.known), 9);
      found.weights.forEach((weight, i) => {
        expect(weight).toBeCloseTo(one.weights[i] as number, 6);
      });
    });
  },
);

test('sites that agree have no variance between them', () => {
  const effects = [0.1, 0.1, 0.1].map((value) => ({ value, variance: 0.01 }));
  expect(randomEffects(effects)).toMatchObject({ tauSquared: 0, q: 0, variance: 0.01 / 3 });
});
