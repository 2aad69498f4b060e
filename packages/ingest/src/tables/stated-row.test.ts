import { expect, test } from 'vitest';
import { statedRow } from './stated-row.ts';

test('rows have the same properties in the same order, whatever is stated and however it is put together', () => {
  const bare = statedRow({ ref: 'a.csv:2', imageId: 'a.png', labelSet: 'report' });
  const sized = statedRow({
    filmSize: { width: 2, height: 3 },
    labelSet: 'report',
    ref: 'a.csv:3',
    imageId: 'b.png',
  });
  const changed = { ...sized, overlays: [], patientId: 'p' };
  expect(Object.keys(sized)).toEqual(Object.keys(bare));
  expect(Object.keys(changed)).toEqual(Object.keys(bare));
  expect(bare).toEqual({
    ref: 'a.csv:2',
    imageId: 'a.png',
    patientId: null,
    studyId: null,
    view: 'unknown',
    viewSource: 'none',
    viewConflict: false,
    supine: null,
    ageYears: null,
    sex: null,
    supportDevices: null,
    noFinding: null,
    labels: {},
    labelSet: 'report',
    officialSplit: null,
    sameAs: null,
  });
});
