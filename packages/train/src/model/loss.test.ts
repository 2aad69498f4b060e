import type { Label } from '@viewgap/contracts';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { beforeAll, expect, test } from 'vitest';
import { type LabelRule, labelTargets } from '../batches/label-targets.ts';
import { classificationLoss, reconstructionLoss, type TargetTensors } from './loss.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

const LOGITS = [
  [0.5, -1, 2, 0.1, 3],
  [-0.2, 0.4, -3, 1.5, -60],
  [80, 0, 1, -1, 0.7],
];
const LABELS = [
  [1, 0, null, 0, null],
  [0, 1, null, 1, 0],
  [1, null, null, 0, 1],
] as const;

const PLAIN: LabelRule = { smoothing: 0, positive: [1, 1, 1, 1, 1] };

function labelBatch(rows: readonly (readonly Label[])[], rule = PLAIN): TargetTensors {
  const { targets, weights } = labelTargets(rows, rule);
  const shape: [number, number] = [rows.length, 5];
  return { targets: tf.tensor2d(targets, shape), weights: tf.tensor2d(weights, shape) };
}

const shifted = (i: number, f: number, by: number) =>
  LOGITS.map((row, j) => (j === i ? row.map((x, g) => (g === f ? x + by : x)) : row));

/** The same in doubles, written as the textbook has it. */
function entropyOf(logits: readonly (readonly number[])[]): number {
  const terms = logits.flatMap((row, i) =>
    row.flatMap((x, f) => {
      const label = LABELS[i]?.[f];
      if (label == null) return [];
      return [label === 1 ? Math.log1p(Math.exp(-x)) : x > 50 ? x : Math.log1p(Math.exp(x))];
    }),
  );
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

test('the classification loss is the mean cross-entropy over the known labels, without overflow', () => {
  const loss = classificationLoss(tf.tensor2d(LOGITS), labelBatch(LABELS)).dataSync()[0];
  expect(loss).toBeCloseTo(entropyOf(LOGITS), 5);
});

test('its gradient equals finite differences, and is exactly 0 where the label is not known', () => {
  const gradient = tf
    .grad((x: tf.Tensor) => classificationLoss(x as tf.Tensor2D, labelBatch(LABELS)))(tf.tensor2d(LOGITS))
    .arraySync() as number[][];
  LOGITS.forEach((row, i) => {
    row.forEach((_, f) => {
      const expected = (entropyOf(shifted(i, f, 1e-4)) - entropyOf(shifted(i, f, -1e-4))) / 2e-4;
      expect(gradient[i]?.[f]).toBeCloseTo(expected, 5);
      if (LABELS[i]?.[f] == null) expect(gradient[i]?.[f]).toBe(0);
    });
  });
});

/** Zhang and Sabuncu's loss of one label, in doubles, as they write it. */
function generalisedOf(logits: readonly (readonly number[])[], q: number): number {
  const terms = logits.flatMap((row, i) =>
    row.flatMap((x, f) => {
      const label = LABELS[i]?.[f];
      if (label == null) return [];
      const probability = 1 / (1 + Math.exp(label === 1 ? -x : x));
      return [(1 - probability ** q) / q];
    }),
  );
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

test.for([0.3, 0.7, 1])('the generalised cross-entropy of q = %f, and its gradient', (q) => {
  const loss = (x: tf.Tensor) => classificationLoss(x as tf.Tensor2D, labelBatch(LABELS), q);
  expect(loss(tf.tensor2d(LOGITS)).dataSync()[0]).toBeCloseTo(generalisedOf(LOGITS, q), 5);
  const gradient = tf.grad(loss)(tf.tensor2d(LOGITS)).arraySync() as number[][];
  LOGITS.forEach((row, i) => {
    row.forEach((_, f) => {
      const [above, below] = [shifted(i, f, 1e-4), shifted(i, f, -1e-4)];
      const expected = (generalisedOf(above, q) - generalisedOf(below, q)) / 2e-4;
      expect(gradient[i]?.[f]).toBeCloseTo(expected, 5);
      if (LABELS[i]?.[f] == null) expect(gradient[i]?.[f]).toBe(0);
    });
  });
});

test('with a small q it is cross-entropy', () => {
  const mild = LOGITS.map((row) => row.map((x) => Math.max(-3, Math.min(3, x))));
  expect(classificationLoss(tf.tensor2d(mild), labelBatch(LABELS), 0.001).dataSync()[0]).toBeCloseTo(
    entropyOf(mild),
    2,
  );
});

test('a smoothed label is the mean of both labels by its share', () => {
  const loss = (x: number, smoothing: number) =>
    classificationLoss(
      tf.tensor2d([[x, 0, 0, 0, 0]]),
      labelBatch([[1, null, null, null, null]], { ...PLAIN, smoothing }),
    ).dataSync()[0];
  const [one, zero] = [Math.log1p(Math.exp(-0.8)), Math.log1p(Math.exp(0.8))];
  expect(loss(0.8, 0.2)).toBeCloseTo(0.9 * one + 0.1 * zero, 6);
});

test('a positive label counts as often as its weight says', () => {
  const rule = { ...PLAIN, positive: [3, 1, 1, 1, 1] };
  const both = labelBatch([[1, 0, null, null, null]], rule);
  const loss = classificationLoss(tf.tensor2d([[0.5, -1, 9, 9, 9]]), both).dataSync()[0];
  expect(loss).toBeCloseTo((3 * Math.log1p(Math.exp(-0.5)) + Math.log1p(Math.exp(-1))) / 2, 6);
});

test('a batch without any known label gives no loss', () => {
  const nothing = labelBatch([[null, null, null, null, null]]);
  expect(classificationLoss(tf.tensor2d([[1, 2, 3, 4, 5]]), nothing).dataSync()[0]).toBe(0);
});

test('the reconstruction loss is averaged per pixel of film, so that it does not depend on the size', () => {
  for (const size of [4, 8]) {
    const target = tf.fill<tf.Rank.R4>([2, size, size, 1], 0.25);
    const image = tf.fill<tf.Rank.R4>([2, size, size, 1], 0.75);
    const inside = tf.ones<tf.Rank.R4>([2, size, size, 1]);
    expect(reconstructionLoss(image, target, inside, 'l2').dataSync()[0]).toBeCloseTo(0.25, 6);
    expect(reconstructionLoss(image, target, inside, 'l1').dataSync()[0]).toBeCloseTo(0.5, 6);
  }
});

test('padding does not count', () => {
  const target = tf.tensor4d([0, 0, 0, 0], [1, 2, 2, 1]);
  const image = tf.tensor4d([1, 9, 9, 3], [1, 2, 2, 1]);
  const inside = tf.tensor4d([1, 0, 0, 1], [1, 2, 2, 1]);
  expect(reconstructionLoss(image, target, inside, 'l1').dataSync()[0]).toBeCloseTo(2, 6);
});

test('a reconstruction of half the size is compared with means over 2 x 2 pixels, all of them film', () => {
  const target = tf.tensor4d([0, 1, 5, 5, 1, 2, 5, 5, 7, 7, 8, 8], [1, 3, 4, 1]);
  const inside = tf.tensor4d([1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1], [1, 3, 4, 1]);
  const image = tf.tensor4d([0, 0, 0, 0], [1, 2, 2, 1]);
  // Means 1, 5, 7 and 8, the last two over the odd last row; the second is not all film.
  expect(reconstructionLoss(image, target, inside, 'l1').dataSync()[0]).toBeCloseTo((1 + 7 + 8) / 3, 5);
});
