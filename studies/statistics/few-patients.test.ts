import { describe, expect, test } from 'vitest';
import { type FewPatients, simulateFewPatients } from './few-patients.ts';
import { ratesOfPopulation } from './few-patients-rates.ts';
import { GRIDS } from './few-patients-rows.ts';

const STUDIES = 200;
const BASE: FewPatients = {
  aurocs: [0.9, 0.9],
  positives: [7],
  positivesPA: 60,
  negatives: 120,
  spread: [1, 1],
  ties: false,
  inBoth: 0,
  seeds: 1,
  seedVariance: 0,
  hospitals: 0,
};

describe('intervals leave out the truth, and tests reject a true null, at most as often as they say', () => {
  // three standard errors of 200 studies at 5 % are 4.6 %
  const MOST = 5 + 4.6;
  const populations: [string, Partial<FewPatients>][] = [
    ['seven positives', {}],
    ['positives spread twice as wide, in both views, with ties', { spread: [2, 2], ties: true, inBoth: 0.6 }],
    ['a true gain', { aurocs: [0.9, 0.97], positives: [15] }],
    ['five hospitals', { aurocs: [0.8, 0.8], positives: [60], hospitals: 5 }],
    ['five seeds that differ twice as much as patients', { seeds: 5, seedVariance: 2, positives: [30] }],
  ];

  test.each(populations)(
    '%s',
    (_, part) => {
      const rates = ratesOfPopulation({ ...BASE, ...part }, STUDIES);
      for (const [name, { misses, intervals, rejects }] of Object.entries(rates)) {
        expect(intervals, name).toBe(100);
        expect(misses, name).toBeLessThan(MOST);
        if (name === 'gap' || name === 'changeOfGap') expect(rejects, name).toBeLessThan(MOST);
      }
    },
    120_000,
  );
});

test('three seeds have an interval and no p, two have neither', () => {
  const few = { ...BASE, positives: [20] };
  const three = simulateFewPatients({ ...few, seeds: 3 }, 1);
  expect(three.gap?.inference).toMatchObject({ p: null, df: 2, interval: expect.anything() });
  expect(simulateFewPatients({ ...few, seeds: 2 }, 1).gap?.inference).toBeNull();
});

test('a study is the same for the same seed', () => {
  expect(simulateFewPatients(BASE, 3)).toEqual(simulateFewPatients(BASE, 3));
  expect(simulateFewPatients(BASE, 3)).not.toEqual(simulateFewPatients(BASE, 4));
});

test('every grid has populations', () => {
  for (const [name, grid] of Object.entries(GRIDS)) expect(grid().length, name).toBeGreaterThan(0);
});
