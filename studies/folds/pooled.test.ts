import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { pool, pooledAuroc, pooledChange, verdict } from './pooled.ts';
import { differenceTable } from './tables.ts';

test('the error of a mean over folds that share no patient is that of independent estimates', () => {
  const pooled = pool([
    { value: 0.6, se: 0.03 },
    { value: 0.8, se: 0.04 },
  ]);
  expect(pooled?.value).toBeCloseTo(0.7, 12);
  expect(pooled?.se).toBeCloseTo(0.025, 12);
  expect(pooled?.ci?.[0]).toBeCloseTo(0.7 - 1.959964 * 0.025, 6);
  expect(pooled?.ci?.[1]).toBeCloseTo(0.7 + 1.959964 * 0.025, 6);
});

test('a fold without an estimate enters no mean; without any estimate there is no mean', () => {
  const none = { value: null, se: null };
  expect(pool([{ value: 0.6, se: 0.03 }, none])).toMatchObject({
    value: 0.6,
    se: 0.03,
    values: [0.6, null],
  });
  expect(pool([none])).toBeNull();
});

test.each([
  [0.05, 0.02, 'higher'],
  [-0.05, 0.02, 'lower'],
  [0.05, 0.03, 'not shown'],
  [-0.05, 0.03, 'not shown'],
  [0, 0, 'not shown'],
])('a difference of %d with an error of %d is %s', (value, se, words) => {
  expect(verdict(pool([{ value, se }]) as NonNullable<ReturnType<typeof pool>>)).toBe(words);
});

/** Metrics of one fold, with what is pooled alone. */
function fold(auroc: number, delta: number | null, [from, to]: [string, string]): Metrics {
  const cell = { model: 'b', seed: null, finding: 'mean', view: 'all', estimate: auroc, se: 0.02 };
  const models = { from_model: from, to_model: to };
  const change = { of: 'change_of_auroc', seed: null, view: 'all', finding: 'mean', ...models, se: 0.02 };
  const pooled = { ...change, estimate: delta };
  return {
    findings: ['CSN'],
    cells: [{ ...cell, view: 'AP', estimate: 0.1 }, { ...cell, seed: 0, estimate: 0.1 }, cell],
    changes: [
      { ...pooled, view: 'AP', estimate: 9 },
      { ...pooled, of: 'change_of_gap', view: null, estimate: 9 },
      { ...pooled, seed: 0, estimate: 9 },
      pooled,
    ],
  } as unknown as Metrics;
}

test('evaluate writes a pair in one direction; a change is read in the one that is asked for', () => {
  const folds = [fold(0.7, 0.1, ['a', 'b']), fold(0.6, 0.2, ['a', 'b'])];
  expect(pooledAuroc(folds, 'b', 'mean')?.value).toBeCloseTo(0.65, 12);
  expect(pooledChange(folds, ['a', 'b'], 'mean')?.value).toBeCloseTo(0.15, 12);
  expect(pooledChange(folds, ['b', 'a'], 'mean')?.value).toBeCloseTo(-0.15, 12);
  expect(pooledChange(folds, ['a', 'c'], 'mean')).toBeNull();
});

test('the table says of each pair what is shown', () => {
  expect(differenceTable([fold(0.7, 0.1, ['b', 'a'])], ['a', 'b'])).toBe(
    [
      '|  | finding | difference | 95 % CI | first is |',
      '| --- | --- | --- | --- | --- |',
      '| b - a | mAUROC | -0.100 | -0.139 to -0.061 | lower |',
      '| b - a | CSN | none |  | not shown |',
    ].join('\n'),
  );
});
