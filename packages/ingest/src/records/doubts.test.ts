import { expect, test } from 'vitest';
import type { Warning } from '../dicom/warning.ts';
import type { UsableReading } from '../read/decoded.ts';
import { doubtsOf, otherParts } from './doubts.ts';
import type { Kept } from './shard-writer.ts';

const film = (depth: number | null, greyRange = 200, warnings: readonly Warning[] = []) => ({
  row: {} as Kept['row'],
  reading: { depth, greyRange, warnings } as UsableReading,
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

test('images that are read with a warning are counted', () => {
  const films = [film(8, 200, ['no-end-marker']), film(8, 200, ['no-end-marker', 'for-processing']), film(8)];
  expect(doubtsOf(films)).toEqual([
    '2 used, but no-end-marker (a JPEG without its end marker: all its rows are there); see which with --explain',
    "1 used, but for-processing (DICOM made for processing: the detector's values, not a film that was meant to be looked at); see which with --explain",
  ]);
});

test('what is no chest is counted by what it is instead, with the setting that allows it', () => {
  const other = (detail: string) => ({ reason: 'not-chest', detail }) as const;
  expect(otherParts([{ reason: 'lateral', detail: '' }], true)).toEqual([]);
  expect(
    otherParts([other('another modality: OT'), other('another body part'), other('another body part')], true),
  ).toEqual([
    'no chest: another body part (2), another modality: OT (1); see which with --explain, allow texts by `bodyParts` and `modalities` of the source',
  ]);
  expect(otherParts([other('projection COSTAL: ribs')], false)).toEqual([
    'no chest: projection COSTAL: ribs (1); see which with --explain',
  ]);
});
