import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { answers, scopeSentences } from './answer.ts';

type Interval = [number, number];

/** Metrics whose mean change of AUROC and of the gap's size have these intervals, and tests with this p. */
function withIntervals(change: Interval, size: Interval, p: number | null = 0.2): Metrics {
  const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);
  const middle = ([lo, hi]: Interval) => (lo + hi) / 2;
  return {
    ...metrics,
    changes: metrics.changes.map((row) =>
      row.finding !== 'mean'
        ? row
        : { ...row, p, ...(row.view === 'all' ? { ci: change, delta: middle(change) } : {}) },
    ),
    abs_gap_changes: metrics.abs_gap_changes.map((row) =>
      row.of === 'abs_of_mean' ? { ...row, ci: size, delta: middle(size) } : row,
    ),
  };
}

const sentences = (metrics: Metrics) => answers(metrics)[0]?.sentences ?? [];

test('an interval that contains 0 shows nothing, and that is said first', () => {
  const [better, , narrow] = sentences(withIntervals([-0.01, 0.03], [-0.02, 0.01]));
  expect(better).toBe(
    'On nih it is not shown that Model 2 is better than Model 1: mAUROC over AP and PA films changes by +0.010 (95 % CI -0.010 to 0.030, p = 0.200), and the interval contains 0.',
  );
  expect(narrow).toBe(
    'That the gap narrows is not shown: the size of the mean gap changes by -0.005 (95 % CI -0.020 to 0.010), and the interval contains 0.',
  );
});

test('an interval above 0 is better and wider, one below 0 worse and narrower', () => {
  expect(sentences(withIntervals([0.01, 0.03], [0.01, 0.02])).join(' ')).toMatch(
    /Model 2 is better than Model 1.*The gap widens/,
  );
  expect(sentences(withIntervals([-0.03, -0.01], [-0.02, -0.01])).join(' ')).toMatch(
    /Model 2 is worse than Model 1.*The gap narrows/,
  );
  expect(answers(withIntervals([0, 0.03], [-0.02, 0]))[0]).toMatchObject({
    better: 'not-shown',
    gapSize: 'not-shown',
  });
});

test('an interval without 0 shows nothing where too few patients allow no test', () => {
  const metrics = withIntervals([0.01, 0.03], [-0.02, -0.01], null);
  expect(answers(metrics)[0]).toMatchObject({ better: 'unknown', gapSize: 'unknown' });
  const [better, , narrow] = sentences(metrics);
  expect(better).toBe(
    'On nih it cannot be said whether Model 2 is better than Model 1: mAUROC over AP and PA films changes by +0.020 (95 % CI 0.010 to 0.030), but that rests on too few patients for a test.',
  );
  expect(narrow).toMatch(/^Whether the gap narrows cannot be said: .*too few patients for a test\.$/);
  expect(answers(withIntervals([-0.01, 0.03], [-0.02, 0.01], null))[0]).toMatchObject({
    better: 'not-shown',
    gapSize: 'not-shown',
  });
});

test('what cannot be computed cannot be said, with the reason', () => {
  const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);
  const changes = metrics.changes.map((row) => ({ ...row, delta: null, ci: null, note: 'one class only' }));
  expect(answers({ ...metrics, changes })[0]).toMatchObject({
    better: 'unknown',
    sentences: [
      'On nih it cannot be said whether Model 2 is better than Model 1: one class only.',
      'The gap of mAUROC cannot be compared: one class only.',
    ],
  });
});

test('one seed is about these weights, and without a primary set all is descriptive', () => {
  expect(scopeSentences(withIntervals([0.01, 0.03], [0.01, 0.02])).join(' ')).toMatch(
    /these weights only.*so all of it is descriptive/,
  );
});

test('the fewest images of an estimated cell are named, whatever the p-value', () => {
  const metrics = withIntervals([0.01, 0.03], [0.01, 0.02]);
  expect(scopeSentences(metrics).join(' ')).toContain('as few as 17 positive images');
  const one = metrics.cells.map((cell) =>
    cell.finding === 'FIB' && cell.view === 'AP' ? { ...cell, positives: 1 } : cell,
  );
  expect(scopeSentences({ ...metrics, cells: one }).join(' ')).toContain(
    'It rests on as few as 1 positive image (FIB in AP)',
  );
  const many = metrics.cells.map((cell) => (cell.n === null ? cell : { ...cell, n: 900, positives: 300 }));
  expect(scopeSentences({ ...metrics, cells: many }).join(' ')).not.toContain('as few as');
});

test('the primary tests are read in sequence, and the answer is about their set alone', () => {
  const datasets = [
    { dataset: 'nih', split: 'test' },
    { dataset: 'chestx-det', split: 'external' },
  ];
  const all = testMetrics(datasets);
  const first: Metrics['primary_tests'][number] = {
    step: 1,
    dataset: 'chestx-det',
    of: 'change_of_auroc',
    model: null,
    from: 'model1',
    to: 'model2',
    finding: 'mean',
    view: 'all',
    delta: 0.01,
    se: 0.02,
    ci: [-0.03, 0.05],
    p: 0.6,
    basis: 'weights',
    outcome: 'not_significant',
    margin: null,
    p_equivalence: null,
    sentence: '',
    note: null,
  };
  const metrics: Metrics = { ...all, primary: 'chestx-det', primary_tests: [first] };
  expect(answers(metrics).map(({ dataset }) => dataset)).toEqual(['chestx-det']);
  expect(scopeSentences(metrics).at(-1)).toBe(
    'The two primary tests on chestx-det are read in fixed sequence: the first is not significant, so the second (the gap) is descriptive.',
  );
  expect(scopeSentences({ ...all, primary: 'chestx-det' }).at(-1)).toContain(': the first is not made, so');
});
