import { describe, expect, test } from 'vitest';
import { type Scenario, simulateStudy, trueAuroc } from './simulate.ts';

const STUDIES = 600;

describe('the test of a change of the gap where there is none, at 5 %', () => {
  // three standard errors of 600 studies are 2.7 %
  const scenarios: Scenario[] = [
    { positives: 50, inBoth: 0, noise: 'image', gain: 0 },
    { positives: 50, inBoth: 0.5, noise: 'patient', gain: 0.5 },
  ];

  test.each(scenarios)(
    'rejects in some 5 % of studies: %o',
    (scenario) => {
      const outcomes = Array.from({ length: STUDIES }, (_, study) => simulateStudy(scenario, study, 0));
      const rejected = outcomes.filter(({ p }) => p < 0.05).length / STUDIES;
      expect(rejected).toBeGreaterThan(0.02);
      expect(rejected).toBeLessThan(0.08);
      for (const name of ['change', 'gap', 'auroc'] as const) {
        expect(outcomes.filter(({ covered }) => covered[name]).length / STUDIES).toBeGreaterThan(0.92);
      }
    },
    60_000,
  );

  test('bootstrap-t with 20 positive patients a view does not reject more often', () => {
    const scenario: Scenario = { positives: 20, inBoth: 0, noise: 'image', gain: 0 };
    const outcomes = Array.from({ length: 150 }, (_, study) => simulateStudy(scenario, study, 199));
    const share = (of: (outcome: (typeof outcomes)[number]) => number) =>
      outcomes.filter((outcome) => of(outcome) < 0.05).length / 150;
    expect(share(({ tP }) => tP ?? 0)).toBeLessThanOrEqual(share(({ p }) => p));
  }, 60_000);
});

test('a study is the same for the same seed', () => {
  const scenario: Scenario = { positives: 20, inBoth: 0.5, noise: 'patient', gain: 0 };
  expect(simulateStudy(scenario, 7, 100)).toEqual(simulateStudy(scenario, 7, 100));
  expect(simulateStudy(scenario, 7, 0).p).not.toBe(simulateStudy(scenario, 8, 0).p);
});

test('two normal distributions one standard deviation apart have an AUROC of .7602', () => {
  expect(trueAuroc(1)).toBeCloseTo(0.7602499389, 9);
});
