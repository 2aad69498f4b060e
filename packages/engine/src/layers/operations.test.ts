import { beforeAll, expect, test } from 'vitest';
import { createDecoder, createEncoder, defaultCacheDir, startEngine, tf } from '../index.ts';
import { dense } from './layers.ts';
import { countOperations } from './operations.ts';
import { Parameters } from './parameters.ts';

beforeAll(() => startEngine({ cacheDir: defaultCacheDir(process.env), log: () => {} }));

const counted = (work: () => void) => countOperations(() => tf.tidy(work));
const image = (size: number) => tf.zeros<tf.Rank.R4>([1, size, size, 1]);

test('ResNet-50 of one grey image takes the published 4.09 G multiply-adds less what colour and its classes take', () => {
  const encoder = createEncoder('resnet50', new Parameters(0));
  const once = counted(() => {
    encoder.apply(image(224), false);
  });
  // torchvision's table: 4.09 G with three channels in (2 more x 49 x 64 x 112 x 112) and 2048 x 1000 classes.
  expect(once / 1e9).toBeCloseTo((4.089e9 - 2 * 49 * 64 * 112 ** 2 - 2048 * 1000) / 1e9, 2);
});

test('what trains counts three times, what is frozen once', () => {
  const encoder = createEncoder('residual', new Parameters(0), { widths: [4, 8] });
  const of = (training: boolean, frozen: number) =>
    counted(() => {
      encoder.apply(image(32), training, frozen);
    });
  const stem = 9 * 4 * 16 ** 2;
  expect(of(true, 0)).toBe(3 * of(false, 0));
  expect(of(true, 1)).toBe(3 * of(false, 0) - 2 * stem);
  expect(of(true, encoder.blocks.length)).toBe(of(false, 0));
});

test('a decoder counts the products that its upsampling convolutions compute, a matrix its own', () => {
  const parameters = new Parameters(0);
  const decoder = createDecoder(parameters, { features: 8, reduction: 2 }, 8, { widths: [4] });
  const drawn = counted(() => {
    decoder.apply(tf.zeros([1, 4, 4, 8]), false);
  });
  expect(drawn).toBe(4 * 8 * 4 * 8 ** 2 + 9 * 4 * 8 ** 2);
  const head = dense(parameters, 'head', 8, 5);
  expect(
    counted(() => {
      head(tf.zeros([2, 8]));
    }),
  ).toBe(3 * 2 * 8 * 5);
});
