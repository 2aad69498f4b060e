import { expect, test } from 'vitest';
import { simulateShares } from './simulate-shares.ts';

const STUDIES = 400;

test.each([
  { positives: 20, inBoth: 0.5, sensitivity: 0.8 },
  { positives: 200, inBoth: 0, sensitivity: 0.9 },
])('tests of sensitivities reject few true nulls, and the interval of one holds: %o', (scenario) => {
  const outcomes = Array.from({ length: STUDIES }, (_, study) => simulateShares(scenario, study));
  const share = (of: (outcome: (typeof outcomes)[number]) => boolean) => outcomes.filter(of).length / STUDIES;
  // 5 % and three standard errors of 400 studies
  expect(share(({ rejects }) => rejects.gap)).toBeLessThan(0.083);
  expect(share(({ rejects }) => rejects.change)).toBeLessThan(0.083);
  expect(share(({ rejects }) => rejects.changeOfGap)).toBeLessThan(0.083);
  expect(share(({ covers }) => covers)).toBeGreaterThan(0.917);
});

test('the same study is drawn twice alike', () => {
  const scenario = { positives: 20, inBoth: 0.5, sensitivity: 0.8 };
  expect(simulateShares(scenario, 3)).toEqual(simulateShares(scenario, 3));
});
