import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { answers, scopeSentences } from './answer.ts';

type Narrowing = Metrics['narrowing'][number];

/** Metrics whose mean change of AUROC has this interval and p, and whose gap this outcome. */
function withOutcome(
  [ci_low, ci_high]: readonly [number, number],
  p: number | null,
  narrowing: Partial<Narrowing> = {},
): Metrics {
  const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);
  const estimate = (ci_low + ci_high) / 2;
  return {
    ...metrics,
    changes: metrics.changes.map((row) =>
      row.finding === 'mean' && row.view === 'mean' ? { ...row, p, ci_low, ci_high, estimate } : row,
    ),
    narrowing: metrics.narrowing.map((row) => (row.finding === 'mean' ? { ...row, ...narrowing } : row)),
  };
}

const sentences = (metrics: Metrics) => answers(metrics)[0]?.sentences ?? [];
const VIEWS = {
  change_ap: 0.03,
  change_ap_ci_low: 0.01,
  change_ap_ci_high: 0.05,
  change_pa: -0.002,
  change_pa_ci_low: -0.012,
  change_pa_ci_high: 0.008,
};
const IN_VIEWS = 'AP changes by +0.030 (95 % CI 0.010 to 0.050), PA by -0.002 (95 % CI -0.012 to 0.008).';

test('a test that is not significant shows nothing, and that is said first', () => {
  const [better] = sentences(withOutcome([-0.01, 0.03], 0.2));
  expect(better).toBe(
    "On nih it is not shown that Model 2 is better than Model 1: the mean of AP's and PA's mAUROC changes by +0.010 (95 % CI -0.010 to 0.030, p = 0.200).",
  );
});

test('above 0 is better, below 0 worse', () => {
  expect(sentences(withOutcome([0.01, 0.03], 0.01))[0]).toContain('Model 2 is better than Model 1');
  expect(sentences(withOutcome([-0.03, -0.01], 0.01))[0]).toContain('Model 2 is worse than Model 1');
});

test('the pooled comparison is printed with what it rewards', () => {
  expect(sentences(withOutcome([0.01, 0.03], 0.01))[1]).toMatch(
    /^Over AP and PA films pooled, which also rewards a model for knowing the view, mAUROC changes by /,
  );
});

test.each<[Partial<Narrowing>, string | null, number | null]>([
  [
    { outcome: 'narrows', p: 0.01 },
    `The gap narrows (p = 0.010), and neither view loses 0.02: ${IN_VIEWS}`,
    0.02,
  ],
  [
    { outcome: 'smaller_but_a_view_may_lose', p: 0.01 },
    `The gap is smaller (p = 0.010), but it is not said to narrow, because a loss of 0.02 in a view is not excluded: ${IN_VIEWS}`,
    0.02,
  ],
  [
    { outcome: 'smaller_no_margin', p: 0.01 },
    `The gap is smaller (p = 0.010), but it is not said to narrow, because no margin was declared that would exclude a loss in a view: ${IN_VIEWS}`,
    null,
  ],
  [{ outcome: 'widens', p: 0.01 }, `The gap widens (p = 0.010): ${IN_VIEWS}`, null],
  [{ outcome: 'not_shown', p: 0.3 }, `That the gap narrows is not shown (p = 0.300): ${IN_VIEWS}`, null],
])('a gap of outcome %j', (narrowing, wanted, margin) => {
  const metrics = withOutcome([0.01, 0.03], 0.01, { ...VIEWS, ...narrowing });
  const { settings } = metrics;
  expect(sentences({ ...metrics, settings: { ...settings, margin } }).at(-1)).toBe(wanted);
});

test('an interval without 0 shows nothing where too few patients allow no test', () => {
  const metrics = withOutcome([0.01, 0.03], null);
  expect(answers(metrics)[0]).toMatchObject({ better: 'unknown', gap: 'unknown' });
  expect(sentences(metrics)[0]).toBe(
    "On nih it cannot be said whether Model 2 is better than Model 1: the mean of AP's and PA's mAUROC changes by +0.020 (95 % CI 0.010 to 0.030), but it rests on too few patients for a test.",
  );
  expect(sentences(metrics).at(-1)).toMatch(
    /^Whether the gap narrows cannot be said, because it rests on too few patients for a test: /,
  );
});

test('three seeds have an interval of the method and no test', () => {
  const metrics = { ...withOutcome([0.01, 0.03], null), seeds: [0, 1, 2] };
  const changes = metrics.changes.map((row) => ({ ...row, basis: 'method' as const }));
  expect(sentences({ ...metrics, changes })[0]).toContain('but 3 seeds are too few for a test.');
});

test('what cannot be computed cannot be said, with the reason', () => {
  const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);
  const none = { estimate: null, ci_low: null, ci_high: null, note: 'one class only' };
  const changes = metrics.changes.map((row) => ({ ...row, ...none }));
  const narrowing = metrics.narrowing.map((row) => ({ ...row, gap_from: null, note: 'one class only' }));
  expect(answers({ ...metrics, changes, narrowing })[0]).toMatchObject({
    better: 'unknown',
    sentences: [
      'On nih it cannot be said whether Model 2 is better than Model 1: one class only.',
      'The gap of mAUROC cannot be compared: one class only.',
    ],
  });
});

test('one seed is about these weights, and without a primary set all is descriptive', () => {
  expect(scopeSentences(withOutcome([0.01, 0.03], 0.01)).join(' ')).toMatch(
    /these weights only.*so all of it is descriptive/,
  );
});

test('the fewest images of an estimated cell are named, whatever the p-value', () => {
  const metrics = withOutcome([0.01, 0.03], 0.01);
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
  const change = all.changes.find(({ view, finding }) => view === 'mean' && finding === 'PTX');
  const first: Metrics['primary_tests'][number] = {
    ...(change as Metrics['changes'][number]),
    ...{ step: 1, dataset: 'chestx-det', of: 'change_of_auroc', model: null, finding: 'mean' },
    ...{ findings: ['CSN', 'PTX'], p: 0.6, outcome: 'not_shown', margin: null, sentence: '' },
  };
  const metrics: Metrics = { ...all, primary: 'chestx-det', primary_tests: [first] };
  expect(answers(metrics).map(({ dataset }) => dataset)).toEqual(['chestx-det']);
  expect(scopeSentences(metrics).at(-1)).toBe(
    'The two primary tests on chestx-det over CSN, PTX are read in fixed sequence: the first shows nothing, so the second (the gap) is descriptive.',
  );
  expect(scopeSentences({ ...all, primary: 'chestx-det' }).at(-1)).toContain(': the first is not made, so');
});
