import { describe, expect, it } from 'vitest';
import { POPULATIONS, type Population } from './whole-study.ts';
import { claimsOf } from './whole-study-rates.ts';

/** Two standard errors of so few studies above 5 %, in percent. */
const STUDIES = 60;
const MOST = 10.7;

const population = (name: string, seeds: number): Population => {
  const found = POPULATIONS.find((one) => one.name === name && one.seeds === seeds);
  if (!found) throw new Error(`no population ${name} of ${seeds} seeds`);
  return found;
};

describe('whole studies, from their labels to the sentence of the page', () => {
  it.each([
    ['no effect, a gap', 1],
    ['the view shortcut alone', 1],
    ['levelling down: PA loses the margin, AP gains nothing', 1],
    ['seeds alone', 5],
  ])(
    'claims of "%s" with %i seeds are seldom false',
    async (name, seeds) => {
      const claims = await claimsOf(population(name, seeds), STUDIES);
      expect(claims.false).toBeLessThanOrEqual(MOST);
    },
    120_000,
  );

  it('a gain in AP alone is found, and a gap that turns round is not called narrower', async () => {
    const claims = await claimsOf(population('effect in AP alone, which turns the gap round', 1), STUDIES);
    expect(claims.better.above).toBeGreaterThan(80);
    expect(claims.gap.narrower ?? 0).toBeLessThanOrEqual(MOST);
  }, 120_000);
});
