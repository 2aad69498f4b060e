import { expect, test } from 'vitest';
import { parseAge } from './age.ts';

test.each([
  ['60', 60],
  ['060Y', 60],
  [' 7 ', 7],
  ['0', 0],
  ['018M', 1],
  ['024M', 2],
  ['051W', 0],
  ['001D', 0],
  ['89', 89],
  ['90', 90],
  ['095Y', 90],
  ['120', 90],
  ['121', null],
  ['414', null],
  ['414Y', null],
  ['-5', null],
  ['60.5', null],
  ['sixty', null],
  ['', null],
])('the age %j is %j', (text, years) => {
  expect(parseAge(text)).toBe(years);
});
