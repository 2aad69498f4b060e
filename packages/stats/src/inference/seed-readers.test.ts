import { expect, test } from 'vitest';
import { gapDirection } from './narrowing.ts';
import { seedReaders } from './seed-readers.ts';

test('what differs seed by seed and patient by patient is counted once', () => {
  // variance of patients 4, of seed x patient 3, no other variance between seeds: 4 + 3 / 5 of the mean, 7 of a seed
  const sd = Math.sqrt(3 * 4);
  const values = [-1, -1, 0, 1, 1].map((x) => (x * sd) / 2);
  const found = seedReaders(values, 4 + 3 / 5, 7, 99);
  expect(found?.patients).toBeCloseTo(4, 12);
  expect(found?.seeds).toBeCloseTo(3 / 5, 12);
  expect(found?.variance).toBeCloseTo(4.6, 12);
  expect(found?.df).toBeCloseTo(4.6 ** 2 / (0.6 ** 2 / 3 + 16 / 99), 10);
});

test('a negative covariance between seeds is left out, and the seeds alone give K - 1', () => {
  const found = seedReaders([1, 2, 3, 4, 5], 0.1, 1, 99);
  expect(found).toMatchObject({ patients: 0, variance: 0.5, df: 4 });
});

test('a sum is never less sure than its less sure part', () => {
  // nearly all of the variance is between the seeds: 3 of their part alone, and its own 4 are not undercut
  const found = seedReaders([1, 2, 3, 4, 5], 0.1001, 0.5, 99);
  expect(found?.patients).toBeGreaterThan(0);
  expect(found?.df).toBe(4);
});

test('two seeds tell nothing of others, three and four have K - 1', () => {
  expect(seedReaders([1, 2], 1, 1, 99)).toBeNull();
  expect(seedReaders([1, 2, 3], 1, 1, 99)?.df).toBe(2);
  expect(seedReaders([1, 2, 3, 4], 1, 1, 99)?.df).toBe(3);
});

test('seeds that agree leave the error of the patients', () => {
  expect(seedReaders([2, 2, 2, 2, 2], 1, 1, 99)).toMatchObject({ variance: 1, df: expect.closeTo(99, 10) });
});

test('a gap narrows where change and sum of the gaps have opposite signs, each tested', () => {
  // gap 1 = -.10, gap 2 = -.04: change .06, sum -.14
  expect(gapDirection({ value: 0.06, p: 0.01 }, { value: -0.14, p: 0.03 })).toEqual({
    direction: 'narrows',
    p: 0.03,
  });
  expect(gapDirection({ value: -0.06, p: 0.01 }, { value: -0.14, p: 0.001 })).toEqual({
    direction: 'widens',
    p: 0.01,
  });
  expect(gapDirection({ value: 0.06, p: 0.01 }, { value: -0.14, p: null })).toEqual({
    direction: 'none',
    p: null,
  });
});
