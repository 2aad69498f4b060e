import { expect, test } from 'vitest';
import type { LabelledImage } from '../catalog/read-images.ts';
import { isBetter, meanAuroc, meanEntropy } from './validation.ts';

function image(view: LabelledImage['view'], labels: LabelledImage['labels']): LabelledImage {
  return {
    source: 's',
    imageId: 'i',
    patientId: 'p',
    view,
    split: 'val',
    ageYears: null,
    sex: null,
    labels,
    shard: '',
    row: 0,
  };
}
const n = null;

test('mAUROC is the mean over the findings that have both classes; unknown labels are left out', () => {
  const images = [
    image('AP', [1, 1, n, n, 0]),
    image('AP', [0, 0, n, n, 0]),
    image('PA', [1, 1, n, n, 0]),
    image('PA', [0, n, 1, n, 0]),
    image('unknown', [0, 0, n, n, 1]),
  ];
  const logits = Float32Array.from(
    [
      [2, 1, 0, 0, 0],
      [1, 2, 0, 0, 0],
      [3, 3, 0, 0, 0],
      [2, 9, 0, 0, 0],
      [99, 99, 0, 0, 0],
    ].flat(),
  );
  // CSN: 2 > 1, 2 = 2 (half), 3 > 1, 3 > 2 = 3.5 / 4. PTX: 1 < 2, 3 > 2 = 1 / 2.
  expect(meanAuroc(images, logits, 'all')).toBeCloseTo((3.5 / 4 + 1 / 2) / 2, 12);
  expect(meanAuroc(images, logits, 'AP')).toBeCloseTo((1 + 0) / 2, 12);
  expect(meanAuroc(images.slice(3), logits, 'all')).toBeNull();
});

test('the validation loss is the cross-entropy of the known labels', () => {
  const loss = meanEntropy([image('AP', [1, 0, n, n, n])], Float32Array.from([0.3, -1.2, 50, 50, 50]));
  expect(loss).toBeCloseTo(
    -(Math.log(1 / (1 + Math.exp(-0.3))) + Math.log(1 - 1 / (1 + Math.exp(1.2)))) / 2,
    6,
  );
  expect(meanEntropy([image('AP', [1, n, n, n, n])], Float32Array.from([-200, 0, 0, 0, 0]))).toBeCloseTo(
    200,
    6,
  );
});

test('without a known label the validation loss is no number', () => {
  expect(meanEntropy([image('AP', [n, n, n, n, n])], new Float32Array(5))).toBeNaN();
});

const val = (classification: number, all: number | null) => ({
  classification,
  reconstruction: null,
  auroc: { all, AP: null, PA: null },
});

test('the best epoch has the lowest validation loss, whatever its mAUROC; of equal ones the first', () => {
  expect(isBetter(val(2, null), null)).toBe(true);
  expect(isBetter(val(0.9, 0.4), val(1, 0.8))).toBe(true);
  expect(isBetter(val(1.1, 0.9), val(1, 0.5))).toBe(false);
  expect(isBetter(val(1, 0.9), val(1, 0.5))).toBe(false);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('an epoch whose loss is %d is never the best', (loss) => {
  expect(isBetter(val(loss, 0.9), null)).toBe(false);
  expect(isBetter(val(loss, 0.9), val(1, 0.5))).toBe(false);
});
