import { readFileSync } from 'node:fs';
import { defaultCacheDir, startEngine, tf } from '@viewgap/engine';
import { beforeAll, expect, test } from 'vitest';
import { reconstructionLoss } from './loss.ts';
import { similarity } from './ssim.ts';

beforeAll(async () => {
  await startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} });
});

/** By scikit-image: fixtures/make_ssim.py. */
const expected = JSON.parse(readFileSync(new URL('../../fixtures/ssim.json', import.meta.url), 'utf8')) as {
  size: number;
  image: number[];
  other: number[];
  map: number[];
};
const { size } = expected;
const picture = (values: number[]) => tf.tensor4d(values, [1, size, size, 1]);
const film = () => tf.ones<tf.Rank.R4>([1, size, size, 1]);

test('is what scikit-image computes, at every place of the window', () => {
  const { map, inside } = similarity(picture(expected.image), picture(expected.other), film());
  map.dataSync().forEach((value, i) => {
    expect(value).toBeCloseTo(expected.map[i] as number, 4);
  });
  expect(map.size).toBe(expected.map.length);
  expect(tf.min(inside).dataSync()[0]).toBe(1);
});

test('as a loss is one less its mean over the windows that are film to their corners', () => {
  const padded = Array.from({ length: size ** 2 }, (_, i) => (i === 0 ? 0 : 1));
  const loss = reconstructionLoss(
    picture(expected.other),
    picture(expected.image),
    picture(padded),
    'ssim',
  ).dataSync()[0];
  const rest = expected.map.slice(1);
  expect(loss).toBeCloseTo(1 - rest.reduce((sum, value) => sum + value, 0) / rest.length, 5);
});

test('its gradient equals finite differences', () => {
  const loss = (image: tf.Tensor) =>
    reconstructionLoss(image as tf.Tensor4D, picture(expected.image), film(), { l1: 0, l2: 0.5, ssim: 2 });
  const gradient = tf.grad(loss)(picture(expected.other)).dataSync();
  for (const pixel of [0, 7, 150, 233, 399]) {
    const moved = (by: number) =>
      loss(
        picture(expected.other.map((value, i) => (i === pixel ? value + by : value))),
      ).dataSync()[0] as number;
    expect(gradient[pixel], `pixel ${pixel}`).toBeCloseTo((moved(0.02) - moved(-0.02)) / 0.04, 3);
  }
});

test('of images smaller than its window is refused', () => {
  const small = tf.zeros<tf.Rank.R4>([1, 8, 8, 1]);
  expect(() => similarity(small, small, small)).toThrow(
    'SSIM compares windows of 11 pixels, more than the reconstruction has: 8',
  );
});
