import { expect, test } from 'vitest';
import { CONTESTANTS, type ContestantName } from './contestants/contestant.ts';
import { type BenchRow, ratiosOf, rowOf } from './result.ts';

const CASE = { model: 'cnn', size: 64, batch: 20, inference: false } as const;

function row(name: ContestantName, ms: number, peakBytes = 1): BenchRow {
  const contestant = CONTESTANTS.find((one) => one.name === name) ?? CONTESTANTS[0];
  const ready = { version: '', weights: 1, values: [] };
  return rowOf(contestant, CASE, ready, [{ ms: [ms], peakBytes }]);
}

test('a row has the median of all timed steps, and of each round', () => {
  const ready = { version: 'TensorFlow 2', weights: 7, values: [0.9, 0.8] };
  const turns = [
    { ms: [10, 90, 20], peakBytes: 300 },
    { ms: [40, 60, 50, 60], peakBytes: 500 },
  ];
  expect(rowOf(CONTESTANTS[0], CASE, ready, turns)).toEqual({
    contestant: 'stock',
    title: 'stock tfjs-node, eager',
    precision: 'float32',
    version: 'TensorFlow 2',
    weights: 7,
    stepMs: 50,
    imagesPerSecond: 20 / 0.05,
    steps: 7,
    roundMs: [20, 55],
    peakBytes: 500,
    values: [0.9, 0.8],
  });
});

test('captured steps are held against stock, and against the fastest PyTorch of their own precision', () => {
  const rows = [
    row('stock', 100, 600),
    row('eager', 50),
    row('captured-float32', 20, 300),
    row('captured-bfloat16', 10, 330),
    row('torch-float32', 30, 200),
    row('torch-bfloat16', 8, 220),
    row('torch-compile-float32', 25, 240),
    row('torch-compile-bfloat16', 9, 260),
  ];
  const ratios = ratiosOf(rows).map(({ of, over, imagesPerSecond, peakBytes }) => [
    of,
    over,
    +imagesPerSecond.toFixed(9),
    peakBytes,
  ]);
  expect(ratios).toEqual([
    ['captured-float32', 'stock', 5, 0.5],
    ['captured-float32', 'torch-compile-float32', 1.25, 1.25],
    ['captured-bfloat16', 'stock', 10, 0.55],
    ['captured-bfloat16', 'torch-bfloat16', 0.8, 1.5],
  ]);
});

test('what did not take part is held against nothing', () => {
  expect(ratiosOf([row('captured-float32', 20), row('torch-bfloat16', 8)])).toEqual([]);
  expect(ratiosOf([row('stock', 100), row('torch-float32', 30)])).toEqual([]);
});
