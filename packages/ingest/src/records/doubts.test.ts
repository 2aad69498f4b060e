import { expect, test } from 'vitest';
import type { UsableReading } from '../read/decoded.ts';
import { doubtsOf } from './doubts.ts';

const film = (depth: number | null, greyRange = 200) => ({
  reading: { depth, greyRange } as UsableReading,
});

test('images of one depth and a plain contrast give no doubt, nor do those whose depth nobody knows', () => {
  expect(doubtsOf([film(12), film(12), film(null)])).toEqual([]);
  expect(doubtsOf([])).toEqual([]);
});

test('images of different depths are counted by depth', () => {
  expect(doubtsOf([film(16), film(12), film(12), film(null)])).toEqual([
    'images of different depths: 2 of 12 bits, 1 of 16 bits; if they are of one, say which: `depth` of the source',
  ]);
});

test('images that use less than a quarter of the greys are counted', () => {
  expect(doubtsOf([film(8, 63), film(8, 64), film(8, 15)])).toEqual([
    '2 used, but of low contrast; see which with --explain or on the sheet',
  ]);
});
