import { expect, test } from 'vitest';
import { crossEntropy, expit } from './logit.ts';

test('a probability of a half is a logit of 0, and its cross-entropy is log 2 for either label', () => {
  expect(expit(0)).toBe(0.5);
  expect([crossEntropy(0, 0), crossEntropy(0, 1)]).toEqual([Math.LN2, Math.LN2]);
});

test('the cross-entropy is minus the logarithm of the probability of the label', () => {
  for (const logit of [-3, -0.2, 0.7, 5]) {
    expect(crossEntropy(logit, 1)).toBeCloseTo(-Math.log(expit(logit)), 14);
    expect(crossEntropy(logit, 0)).toBeCloseTo(-Math.log(1 - expit(logit)), 13);
  }
});

test('logits beyond what exp can hold are no NaN', () => {
  expect([expit(-1000), expit(1000)]).toEqual([0, 1]);
  expect([crossEntropy(1000, 0), crossEntropy(-1000, 1), crossEntropy(1000, 1)]).toEqual([1000, 1000, 0]);
});
