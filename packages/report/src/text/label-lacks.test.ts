import { DEFAULT_FINDINGS, type Metrics } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { testMetrics } from '../../test/testing-metrics.ts';
import type { LabelCount } from '../inputs/catalog-summary.ts';
import { datasetLacks, trainingLacks } from './label-lacks.ts';

const whole = testMetrics([{ dataset: 'nih', split: 'test' }]);

/** The metrics with other counts in some cells, which then cannot be estimated. */
function lacking(of: (cell: Metrics['cells'][number]) => { n: number; positives: number } | null): Metrics {
  const cells = whole.cells.map((cell) => {
    const counts = of(cell);
    return counts === null ? cell : { ...cell, ...counts, estimate: null, ci_low: null, ci_high: null };
  });
  return { ...whole, cells };
}

describe('why cells are n/a', () => {
  test('one class in one view', () => {
    expect(datasetLacks(whole, 'nih')).toBe('no image with FIB in PA');
  });

  test('findings that lack the same are named together, with their views', () => {
    const metrics = lacking(({ finding, view }) => {
      if (finding === 'CSN' || finding === 'PTX') return { n: 0, positives: 0 };
      return finding === 'PEF' && view === 'AP' ? { n: 9, positives: 9 } : null;
    });
    expect(datasetLacks(metrics, 'nih')).toBe(
      'no known label of CSN, PTX in AP and PA; no image with FIB in PA; no image without PEF in AP',
    );
  });

  test('no label at all is no list of findings', () => {
    const metrics = lacking(({ finding }) => (finding === 'mean' ? null : { n: 0, positives: 0 }));
    expect(datasetLacks(metrics, 'nih')).toBe('no known label of any finding in AP and PA');
  });

  test('two classes, and yet no estimate: one patient makes a class', () => {
    const metrics = lacking(({ finding, view }) =>
      finding === 'NDL' && view === 'AP' ? { n: 9, positives: 1 } : null,
    );
    expect(datasetLacks(metrics, 'nih')).toContain('too few patients with or without NDL in AP');
  });
});

describe('what could not be learnt', () => {
  const labels = (finding: string, split: string, positives: number, negatives: number): LabelCount => ({
    ...{ source: 'nih', split, view: 'AP', finding, positives, negatives, unknown: 5 },
    ...{ positive_patients: positives, negative_patients: negatives },
  });
  const five = (split: string, positives: number, negatives: number) =>
    ['CSN', 'PTX', 'NDL', 'FIB', 'PEF'].map((finding) => labels(finding, split, positives, negatives));

  const lacks = (rows: LabelCount[]) => trainingLacks({ findings: DEFAULT_FINDINGS, labels: rows });

  test('is counted over all sources and views of training', () => {
    expect(lacks([...five('train', 3, 0), ...five('train', 0, 4)])).toBeNull();
    expect(lacks([...five('train', 3, 0), ...five('test', 2, 4)])).toBe(
      'no image without CSN, PTX, NDL, FIB, PEF in the training images',
    );
  });

  test('names the findings', () => {
    const some = five('train', 3, 4).filter(({ finding }) => finding !== 'FIB' && finding !== 'NDL');
    expect(lacks([...some, labels('FIB', 'train', 0, 0), labels('NDL', 'train', 0, 4)])).toBe(
      'no image with NDL in the training images; no known label of FIB in the training images',
    );
  });

  test('is nothing where nothing is trained', () => {
    expect(lacks(five('external', 0, 0))).toBeNull();
  });
});
