import { clusteredError, normals, type Ranking, rank, uniforms } from '@viewgap/stats';
import { describe, expect, test } from 'vitest';
import type { Dataset, Study } from '../study/study.ts';
import { Calls } from './calls.ts';
import { Contrasts } from './estimates.ts';
import { type Measure, shareOf } from './shares.ts';
import { scoreAtSpecificity, type Threshold, thresholdOf, youdenScore } from './threshold.ts';

function ranked(labels: readonly number[], scores: readonly number[]) {
  const column = Float64Array.from(scores);
  const ranking: Ranking = rank(column);
  return { scores: column, code: Uint8Array.from(labels), ranking };
}

describe('the threshold of a fixed specificity', () => {
  const scores = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

  test('is the least score with that share of images without the finding below it', () => {
    expect(scoreAtSpecificity(ranked([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], scores), 0.9)).toBe(10);
    expect(scoreAtSpecificity(ranked([0, 0, 0, 0, 0, 0, 0, 0, 1, 1], scores), 0.75)).toBe(7);
    expect(scoreAtSpecificity(ranked([0, 1, 0, 1, 0, 1, 1, 1, 1, 1], scores), 2 / 3)).toBe(4);
  });

  test('leaves equal scores together, and images that are out alone', () => {
    expect(scoreAtSpecificity(ranked([0, 0, 0, 0, 1], [1, 2, 2, 3, 4]), 0.5)).toBe(3);
    expect(scoreAtSpecificity(ranked([0, 2, 0, 2, 1], [1, 1.5, 2, 3, 4]), 1)).toBe(4);
  });

  test('does not exist where no score is above the images that it must leave below', () => {
    expect(scoreAtSpecificity(ranked([0, 0, 1], [2, 2, 2]), 0.9)).toBeNull();
    expect(scoreAtSpecificity(ranked([1, 1], [1, 2]), 0.9)).toBeNull();
  });
});

test("Youden's threshold is the higher of equal ones, whatever lies between that does not choose", () => {
  expect(youdenScore(ranked([0, 1, 0, 1], [1, 2, 3, 4]))).toBe(4);
  expect(youdenScore(ranked([0, 0, 2, 1, 2], [1, 2, 2.5, 3, 3]))).toBe(3);
  expect(youdenScore(ranked([0, 0], [1, 2]))).toBeNull();
});

/** Patients of one to three images, in both views; the finding shifts the score by 1.5, AP films by 0.3. */
function draw(study: number): { study: Study; contrasts: Contrasts } {
  const next = uniforms(study + 1);
  const normal = normals(next);
  const patient: number[] = [];
  const [ap, labels, scores] = [[], [], []] as [number[], number[], number[]];
  for (let g = 0; g < 250; g++) {
    const [own, label] = [normal(), next() < 0.3 ? 1 : 0];
    for (let k = 0; k <= g % 3; k++) {
      const view = next() < 0.5 ? 1 : 0;
      patient.push(g);
      ap.push(view);
      labels.push(label);
      scores.push(1.5 * label + 0.3 * view + 0.7 * own + 0.7 * normal());
    }
  }
  const dataset: Dataset = {
    name: 'drawn',
    split: 'test',
    images: patient.length,
    patients: 250,
    patient: Int32Array.from(patient),
    ap: Uint8Array.from(ap),
    orphans: 0,
    otherViews: {},
    otherSplits: {},
    age: null,
    aspect: null,
    texts: {},
    labels: [Int8Array.from(labels)],
    labelSets: [],
    units: [{ model: 'm', seed: 0, scores: [Float64Array.from(scores)], viewProbe: null }],
  };
  const all = { models: ['m'], seeds: [0], findings: ['PTX'], rows: 0, rowsLeftOut: 0 };
  return {
    study: { datasets: [dataset], validation: [], ...all },
    contrasts: new Contrasts(dataset, ['PTX']),
  };
}

const CONFIG = { thresholdRule: 'specificity', specificity: 0.9, thresholds: {} } as const;
const OF = { model: 'm', seed: 0, finding: 'PTX' };

describe('a threshold that the test images choose', () => {
  const STUDIES = 800;
  const drawn = Array.from({ length: STUDIES }, (_, k) => draw(k));

  test.each([
    ['all', 'sensitivity', 'AP'],
    ['all', 'sensitivity', 'PA'],
    ['all', 'sensitivity', 'all'],
    ['all', 'specificity', 'AP'],
    ['all', 'ppv', 'all'],
    ['all', 'ppv_at_prevalence', 'PA'],
    ['PA', 'specificity', 'AP'],
    ['PA', 'sensitivity', 'AP'],
  ] as const)('chosen in %s: the error of %s in %s is what it varies by', (choosing, measure, view) => {
    const shares = drawn.map(({ study, contrasts }) => {
      const threshold = thresholdOf(study, contrasts, CONFIG, { ...OF, view: choosing }) as Threshold;
      const scores = contrasts.scores('m', 0, 'PTX') as Float64Array;
      const calls = new Calls(contrasts.dataset, contrasts.code('PTX', 'all'), scores, threshold);
      const share = shareOf(calls, view, measure as Measure, 0.3);
      if (share === null) throw new Error('no share');
      return { value: share.estimate.value, se: clusteredError(share.estimate) as number };
    });
    const mean = shares.reduce((sum, { value }) => sum + value, 0) / STUDIES;
    const sd = Math.sqrt(shares.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (STUDIES - 1));
    const rms = Math.sqrt(shares.reduce((sum, { se }) => sum + se * se, 0) / STUDIES);
    expect(rms / sd).toBeGreaterThan(0.9);
    expect(rms / sd).toBeLessThan(1.12);
  });
});
