import { expect, test } from 'vitest';
import { logitsOf, scoreScale } from './score-scale.ts';
import type { Dataset } from './study.ts';

function scored(...scores: number[]): Dataset {
  const unit = { model: 'vit', seed: 0, scores: [Float64Array.from(scores), null], viewProbe: null };
  const other = { ...unit, model: 'resnet', scores: [Float64Array.of(-7)] };
  return { units: [unit, other] } as unknown as Dataset;
}
const scaleOf = (...datasets: Dataset[]) => scoreScale({ datasets, validation: [] }, 'vit');

test('one data set whose logits lie in 0 … 1 is read as logits where another shows that they are', () => {
  expect(scaleOf(scored(0.2, 0.9))).toBe('probabilities');
  expect(scaleOf(scored(0.2, 0.9), scored(-3, 2))).toBe('logits');
  expect(scoreScale({ datasets: [scored(0.2, 0.9)], validation: [scored(-3)] }, 'vit')).toBe('logits');
});

test('scores up to 100 and never below 0 are percent, beyond it logits; a missing score tells nothing', () => {
  expect(scaleOf(scored(0, 3, 97))).toBe('percent');
  expect(scaleOf(scored(0, 3, 197))).toBe('logits');
  expect(scaleOf(scored(Number.NaN, 0.5))).toBe('probabilities');
});

test('logits of probabilities and percent are those of the same chance, and finite', () => {
  expect([...logitsOf(Float64Array.of(0.25), 'probabilities')]).toEqual([
    expect.closeTo(Math.log(1 / 3), 12),
  ]);
  expect([...logitsOf(Float64Array.of(25), 'percent')]).toEqual([expect.closeTo(Math.log(1 / 3), 12)]);
  for (const logit of logitsOf(Float64Array.of(0, 1), 'probabilities')) {
    expect(Number.isFinite(logit)).toBe(true);
  }
});
