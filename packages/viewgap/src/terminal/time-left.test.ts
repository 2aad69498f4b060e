import { expect, test } from 'vitest';
import { TimeLeft } from './time-left.ts';

test('of one step nothing is said: a slow start would be taken for the speed', () => {
  const time = new TimeLeft(400_000);
  expect(time.after(1, 2_500)).toBeNull();
  expect(time.after(5, 3_000)).toBeNull();
});

test('after ten steps and five seconds the start is not counted', () => {
  const time = new TimeLeft(120);
  time.after(1, 60_000);
  expect(time.after(20, 64_000)).toBeNull();
  expect(time.after(9, 70_000)).toBeNull();
  // 10 steps in 20 s, of which 109 are left.
  expect(time.after(11, 80_000)).toBe(218);
});

test('steps of an earlier run tell nothing of the speed', () => {
  const time = new TimeLeft(1_000);
  time.after(901, 0);
  expect(time.after(951, 10_000)).toBeCloseTo(9.8);
});

test('at the end nothing is left', () => {
  const time = new TimeLeft(20);
  time.after(1, 0);
  expect(time.after(20, 10_000)).toBeNull();
});
