import type { Metrics } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import { meanLines } from './mean-findings.ts';

const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);

/** The same metrics, with the AUROCs of some cells not estimable. */
function without(lost: (cell: Metrics['cells'][number]) => boolean): Metrics {
  const cells = metrics.cells.map((cell) => (lost(cell) ? { ...cell, estimate: null } : cell));
  return { ...metrics, cells };
}

test('means of different findings are told apart in one line, for AUROCs and for their changes', () => {
  const line = 'mAUROC: PA and the gap without FIB, which cannot be estimated there';
  expect(meanLines(metrics, 'levels')).toEqual([line]);
  expect(meanLines(metrics, 'changes')).toEqual([line]);
});

test('it says what the notes of the means say', () => {
  const means = metrics.cells.filter(({ finding }) => finding === 'mean');
  expect(
    means.filter(({ note }) => note?.includes('FIB cannot be estimated')).map(({ view }) => view),
  ).toEqual(['PA', 'PA']);
});

test('nothing is said where all means are of the same findings', () => {
  const same = without(({ finding }) => finding === 'FIB');
  expect(meanLines(same, 'levels')).toEqual([]);
});

test('each of several sets of findings, and of several data sets, is named', () => {
  const lost = without(({ finding, view }) => view === 'AP' && (finding === 'CSN' || finding === 'PTX'));
  expect(meanLines(lost, 'levels')).toEqual([
    'mAUROC: AP without CSN and PTX, PA and the gap without FIB, which cannot be estimated there',
  ]);
  const two = testMetrics([
    { dataset: 'nih', split: 'test' },
    { dataset: 'chestx-det', split: 'external' },
  ]);
  expect(meanLines(two, 'levels').map((line) => line.split(':')[0])).toEqual([
    'mAUROC of nih',
    'mAUROC of chestx-det',
  ]);
});

test('a finding that one model alone cannot be tested for is said of that model', () => {
  const lost = without(
    ({ finding, view, model }) => view === 'AP' && finding === 'CSN' && model === 'model2',
  );
  expect(meanLines(lost, 'levels')).toEqual([
    'mAUROC: AP of Model 2 without CSN, PA and the gap without FIB, which cannot be estimated there',
  ]);
});
