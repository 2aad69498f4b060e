import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Batch, batches, epochDraws, epochOrder } from './image-order.ts';
import { lastStepOf, trainingLength } from './training-length.ts';

/** All batches of some epochs. */
function batchesOf(seed: number, epochs: number, count: number, batchSize: number): Batch[] {
  const { steps } = trainingLength({ epochs, steps: null, batchSize }, count);
  return [...batches(epochDraws(seed, count), { batchSize, steps })];
}

test('an epoch holds every image once, whatever the seed', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 200 }),
      (seed, epoch, count) => {
        expect([...epochOrder(seed, epoch, count)].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      },
    ),
  );
});

test('the order depends on seed and epoch alone', () => {
  expect(epochOrder(3, 2, 100)).toEqual(epochOrder(3, 2, 100));
  expect(epochOrder(3, 2, 100)).not.toEqual(epochOrder(3, 3, 100));
  expect(epochOrder(3, 2, 100)).not.toEqual(epochOrder(4, 2, 100));
});

test('all batches have one size, and an epoch that does not divide is filled from the next', () => {
  const all = batchesOf(0, 3, 10, 4);
  expect(all.map((batch) => batch.step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(new Set(all.map((batch) => batch.draws.length))).toEqual(new Set([4]));
  expect(all[2]?.draws.map((draw) => draw.epoch)).toEqual([1, 1, 2, 2]);
  const first = all.flatMap((batch) => batch.draws).filter((draw) => draw.epoch === 1);
  expect(new Set(first.map((draw) => draw.index)).size).toBe(10);
});

test('each epoch ends at a step of its own, the last at the last step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 2, max: 64 }),
      fc.integer({ min: 0, max: 300 }),
      (epochs, batchSize, more) => {
        const count = batchSize + more;
        const settings = { epochs, steps: null, batchSize };
        const steps = Array.from({ length: epochs }, (_, i) => lastStepOf(i + 1, settings, count));
        expect(new Set(steps).size).toBe(epochs);
        expect(steps.at(-1)).toBe(batchesOf(1, epochs, count, batchSize).at(-1)?.step);
      },
    ),
  );
});

test('a training that goes on gets the batches that it had not yet', () => {
  const after = (steps: number) => [
    ...batches(epochDraws(0, 10, 4 * steps), { batchSize: 4, steps: 7, after: steps }),
  ];
  expect(after(3)).toEqual(batchesOf(0, 3, 10, 4).slice(3));
  expect(after(7)).toEqual([]);
});

test('steps instead of epochs end within one, and each validation has a step of its own', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 2, max: 64 }),
      fc.integer({ min: 0, max: 300 }),
      (steps, batchSize, more) => {
        const count = batchSize + more;
        const settings = { epochs: 30, steps, batchSize };
        const { epochs } = trainingLength(settings, count);
        const ends = Array.from({ length: epochs }, (_, i) => lastStepOf(i + 1, settings, count));
        expect(ends.at(-1)).toBe(steps);
        expect(new Set(ends).size).toBe(epochs);
      },
    ),
  );
});
