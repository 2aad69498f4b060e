import { DEFAULT_FINDINGS, trainConfig } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { labelRule, labelTargets } from './label-targets.ts';

const n = null;
const settings = (positiveWeights: unknown, labelSmoothing = 0) =>
  trainConfig.parse({ positiveWeights, labelSmoothing });
const counts = () => ({ positives: [2, 1, 0, 5, 1], negatives: [6, 1, 0, 1, 9] });

test('without settings a label is its own target, and the known ones share one weight', () => {
  const rule = labelRule(DEFAULT_FINDINGS, settings(null), () => {
    throw new Error('nothing to count');
  });
  const { targets, weights } = labelTargets(
    [
      [1, 0, n, n, 1],
      [n, n, n, n, 0],
    ],
    rule,
  );
  expect([...targets]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  expect([...weights]).toEqual([0.25, 0.25, 0, 0, 0.25, 0, 0, 0, 0, 0.25]);
});

test('balanced: positives weigh as much as negatives, by finding; one that is not known at all weighs nothing new', () => {
  expect(labelRule(DEFAULT_FINDINGS, settings('balanced'), counts).positive).toEqual([3, 1, 1, 0.2, 9]);
  expect(labelRule(DEFAULT_FINDINGS, settings({ PTX: 7 }), counts).positive).toEqual([1, 7, 1, 1, 1]);
});

test('a finding that no image shows cannot be balanced', () => {
  const none = () => ({ ...counts(), positives: [0, 1, 0, 5, 1] });
  expect(() => labelRule(DEFAULT_FINDINGS, settings('balanced'), none)).toThrow(
    'a finding cannot be balanced: CSN: 0 positive and 6 negative training labels',
  );
});

test('a smoothed label lies between', () => {
  const { targets } = labelTargets(
    [[1, 0, n, n, n]],
    labelRule(DEFAULT_FINDINGS, settings(null, 0.1), counts),
  );
  expect(targets[0]).toBeCloseTo(0.95, 6);
  expect(targets[1]).toBeCloseTo(0.05, 6);
});
