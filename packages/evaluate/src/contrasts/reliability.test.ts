import { rank, uniforms } from '@viewgap/stats';
import { expect, test } from 'vitest';
import { reliability } from './reliability.ts';

test('images of one score stay in one bin, whatever their order', () => {
  const random = uniforms(1);
  const images = Array.from({ length: 100 }, () => ({
    logit: Math.floor(4 * random()),
    label: random() < 0.3 ? 1 : 0,
    key: random(),
  }));
  const inOrder = (of: typeof images) => {
    const logits = Float64Array.from(of, ({ logit }) => logit);
    return reliability({ logits, labels: Uint8Array.from(of, ({ label }) => label) }, rank(logits));
  };
  const points = inOrder(images);
  expect(points.reduce((sum, { n }) => sum + n, 0)).toBe(100);
  expect(points).toHaveLength(4);
  expect(inOrder(images.toSorted((a, b) => a.key - b.key))).toEqual(
    points.map(({ n, predicted, observed }) => ({
      n,
      predicted: expect.closeTo(predicted, 12),
      observed,
    })),
  );
});

test('images of different scores are in ten bins of equal mass', () => {
  const logits = Float64Array.from({ length: 25 }, (_, i) => i / 10);
  const points = reliability({ logits, labels: new Uint8Array(25) }, rank(logits));
  expect(points.map(({ n }) => n)).toEqual([2, 3, 2, 3, 2, 3, 2, 3, 2, 3]);
});
