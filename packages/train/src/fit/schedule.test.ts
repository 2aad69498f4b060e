import { trainConfig } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { emaDecayAt, learningRateAt } from './schedule.ts';

const rates = (schedule: object, steps: number) => {
  const config = trainConfig.parse({ learningRate: 0.1, schedule });
  return Array.from({ length: steps }, (_, i) => learningRateAt(config, i + 1, steps));
};

test('without a schedule the learning rate stays', () => {
  expect(rates({}, 3)).toEqual([0.1, 0.1, 0.1]);
});

test('it rises to its full value over the warm-up, then falls along a half cosine to its end', () => {
  const all = rates({ shape: 'cosine', warmUp: 0.2, end: 0.1 }, 10);
  expect(all.slice(0, 2)).toEqual([0.05, 0.1]);
  expect(all[5]).toBeCloseTo(0.1 * (0.1 + 0.9 / 2), 12);
  expect(all[9]).toBeCloseTo(0.01, 12);
  expect(all.slice(1)).toEqual(all.slice(1).toSorted((a, b) => b - a));
});

test('twice the steps stretch it', () => {
  const schedule = { shape: 'cosine', warmUp: 0.25 };
  const [short, long] = [rates(schedule, 8), rates(schedule, 16)];
  short.forEach((rate, i) => {
    expect(long[2 * i + 1]).toBeCloseTo(rate, 12);
  });
});

test('a moving average keeps less of itself in its first steps', () => {
  expect(emaDecayAt(0.99, 1)).toBe(0.1);
  expect(emaDecayAt(0.99, 9)).toBe(0.5);
  expect(emaDecayAt(0.99, 10_000)).toBe(0.99);
});
