import { UserError } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import type { StepPlan } from '../batches/batch-plans.ts';
import { brokenTensor, checkLoss, weightsBroken } from './loss-guard.ts';

function plan(images: number): StepPlan {
  return {
    step: 7,
    images: Array.from({ length: images }, (_, i) => ({ imageId: `i${i}` })) as unknown as StepPlan['images'],
    augmentations: [],
  };
}
const check = (classification: number, reconstruction: number | null, images = 2) =>
  checkLoss({ classification, reconstruction }, plan(images), 'the checkpoint of step 4 is kept');

test('a loss of any size that training has is fine', () => {
  for (const loss of [0, 0.7, 500]) expect(check(loss, null)).toBeUndefined();
  expect(check(0.7, 0)).toBeUndefined();
});

test.each([
  [Number.NaN, null, 'the loss is not finite'],
  [Number.POSITIVE_INFINITY, 0.1, 'the loss is not finite'],
  [0.1, Number.NaN, 'the loss is not finite'],
  [3e4, null, 'the loss has exploded'],
  [0.1, 1e9, 'the loss has exploded'],
])('%d and %d: %s, with the step, the images, what is kept and the cure', (loss, reconstruction, what) => {
  const message = `${what}: step 7, images i0 i1; the checkpoint of step 4 is kept (lower train.common.learningRate)`;
  expect(() => check(loss, reconstruction)).toThrow(UserError);
  expect(() => check(loss, reconstruction)).toThrow(message);
});

test('of a large batch the first images are named, and how many more there are', () => {
  expect(() => check(Number.NaN, null, 64)).toThrow(/step 7, images (i\d+ ){32}and 32 more;/);
});

test('a tensor with one value that is not finite is found by name', async () => {
  const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
  const sound = new Map([
    ['a', tensor(1, -0, 3e38, 1e-45)],
    ['b', tensor()],
  ]);
  expect(await brokenTensor(sound)).toBeUndefined();
  for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
    expect(await brokenTensor(new Map([...sound, ['adam/v/w', tensor(0, bad, 1)]]))).toBe('adam/v/w');
  }
  expect(weightsBroken('head', 9, 'the checkpoint of step 4 is kept').message).toBe(
    'values of head are not finite: after step 9; the checkpoint of step 4 is kept (lower train.common.learningRate)',
  );
});
