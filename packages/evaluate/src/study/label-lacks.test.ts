import { describe, expect, test } from 'vitest';
import { cohort, images, studyOf } from '../../test/testing.ts';
import { checkLabels } from './label-lacks.ts';

const unknown = (finding: string, of = {}) =>
  images(
    [
      ['p1', 'AP', null, 1],
      ['p2', 'PA', null, 2],
    ],
    { finding, ...of },
  );
const one = (finding: string, label: 0 | 1, of = {}) =>
  images(
    [
      ['p1', 'AP', label, 1],
      ['p2', 'PA', label, 2],
    ],
    { finding, ...of },
  );
const labelled = cohort(20, 2, { finding: 'PTX', dataset: 'labelled' });

describe('a finding without a known label in any data set', () => {
  test('that was asked for is refused by name', async () => {
    const study = await studyOf([...labelled, ...unknown('FIB'), ...unknown('CSN')]);
    expect(() => checkLabels(study, ['PTX', 'FIB', 'CSN'])).toThrow(
      /^these findings have no known label in any data set: CSN, FIB \(name their columns .*, or leave them out of evaluate.findings\)$/,
    );
  });

  test('that was not asked for is one warning', async () => {
    const study = await studyOf([...labelled, ...unknown('FIB'), ...unknown('CSN')]);
    expect(checkLabels(study, null)).toEqual([
      'no known label of CSN, FIB in any data set: n/a in every table',
    ]);
  });

  test('and no other finding: there is nothing to evaluate', async () => {
    const study = await studyOf([...unknown('FIB'), ...unknown('PEF')]);
    expect(() => checkLabels(study, null)).toThrow(
      'no finding has both classes: no known label of FIB, PEF in any data set (name their columns in `mapping.labels`',
    );
  });

  test('with labels in one data set is enough', async () => {
    expect(checkLabels(await studyOf([...labelled, ...unknown('PTX')]), ['PTX'])).toEqual([]);
  });
});

describe('a finding of one class', () => {
  test('in every data set is a warning, asked for or not', async () => {
    const study = await studyOf([...labelled, ...one('NDL', 0), ...one('FIB', 1)]);
    const line =
      'one class only of NDL (no positive), FIB (no negative) in every data set: n/a in every table';
    expect(checkLabels(study, null)).toEqual([line]);
    expect(checkLabels(study, ['PTX', 'NDL', 'FIB'])).toEqual([line]);
  });

  test('here and the other class there is no better: an AUROC needs both side by side', async () => {
    const study = await studyOf([...one('FIB', 1, { dataset: 'a' }), ...one('FIB', 0, { dataset: 'b' })]);
    expect(() => checkLabels(study, null)).toThrow('one class only of FIB (each data set has another)');
  });
});
