import { expect, test } from 'vitest';
import { counted, duration, plural } from './words.ts';

test.each([
  [0, '0 images'],
  [1, '1 image'],
  [154, '154 images'],
])('%d of them are %s', (count, words) => {
  expect(counted(count, 'image')).toBe(words);
  expect(`${count} ${plural(count, 'image')}`).toBe(words);
});

test.each([
  [0.2, '1 s'],
  [39.2, '40 s'],
  [90, '2 min'],
  [5_340, '89 min'],
  [5_399, '1 h 30 min'],
  [7_800, '2 h 10 min'],
  [172_740, '47 h 59 min'],
  [173_000, '2 d 0 h'],
  [272_000, '3 d 4 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});
