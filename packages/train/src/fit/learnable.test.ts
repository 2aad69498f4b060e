import type { Label } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import type { LabelledImage } from '../catalog/read-images.ts';
import { learnable } from './learnable.ts';

function images(...rows: readonly (readonly Label[])[]): LabelledImage[] {
  return rows.map((labels, i) => ({
    source: 's',
    imageId: `i${i}`,
    patientId: 'p',
    view: 'AP',
    split: 'train',
    ageYears: null,
    sex: null,
    labels,
    shard: '',
    row: i,
  }));
}
const n = null;
const labelsOf = (all: Iterable<LabelledImage>) => [...all].map(({ labels }) => labels);

test('findings with both classes in training and validation are taken as they are', () => {
  const both = images([1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [n, 1, n, 0, n]);
  const { train, val, warning } = learnable({ train: both, val: both });
  expect([train, val, warning]).toEqual([both, both, null]);
});

test('a finding with one class or none in training is left out of both, and named', () => {
  const train = images([1, 0, n, 1, 1], [0, 0, n, 1, 0], [0, n, n, 1, n]);
  const val = images([1, 1, 1, 1, 1], [0, 0, 0, 0, 0]);
  const found = learnable({ train, val });
  expect(labelsOf(found.train)).toEqual([
    [1, n, n, n, 1],
    [0, n, n, n, 0],
    [0, n, n, n, n],
  ]);
  expect(found.train.at(0)?.labels).toEqual([1, n, n, n, 1]);
  expect([found.train.length, found.train.at(3)]).toEqual([3, undefined]);
  expect(labelsOf(found.val)).toEqual([
    [1, n, n, n, 1],
    [0, n, n, n, 0],
  ]);
  expect(found.warning).toBe(
    'cannot be trained: PTX (0 positive, 2 negative), NDL (no label known), FIB (3 positive, 0 negative)',
  );
});

test('a finding with one class or none in validation is trained, keeps its validation labels, and is named', () => {
  const train = images([1, 1, 1, n, 1], [0, 0, 0, n, 0]);
  const val = images([0, n, 1, 1, 1], [0, n, 0, 0, 0]);
  const found = learnable({ train, val });
  expect(labelsOf(found.train)).toEqual(labelsOf(train));
  expect(labelsOf(found.val)).toEqual([
    [0, n, 1, n, 1],
    [0, n, 0, n, 0],
  ]);
  expect(found.warning).toBe(
    'cannot be trained: FIB (no label known); cannot be validated: CSN (0 positive, 2 negative), PTX (no label known)',
  );
});

test('a training set that knows no label is refused', () => {
  const unknown = images([n, n, n, n, n], [n, n, n, n, n]);
  expect(() => learnable({ train: unknown, val: images([1, 0, 1, 0, 1]) })).toThrow(
    /^no training label is known: 2 images \(/,
  );
});

test('a training set in which no finding has both classes is refused, with what it has', () => {
  const train = images([0, 1, n, 0, 0], [0, 1, n, n, 0]);
  expect(() => learnable({ train, val: train })).toThrow(
    'no finding has both positive and negative training labels: CSN (0 positive, 2 negative), ' +
      'PTX (2 positive, 0 negative), NDL (no label known), FIB (0 positive, 1 negative), PEF (0 positive, 2 negative)',
  );
});

test('a validation set that knows no label of a trained finding is refused', () => {
  const train = images([1, 0, n, n, n], [0, 0, n, n, n]);
  for (const val of [images([n, n, n, n, n]), images([n, 1, 1, 0, 0])]) {
    expect(() => learnable({ train, val })).toThrow(
      /^a trained finding has no known validation label: 1 images \(/,
    );
  }
});
