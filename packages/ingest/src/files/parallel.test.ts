import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapInBatches } from './parallel.ts';

test('batches hold every result once, are full but for the last, and are written one at a time', async () => {
  const sizes = fc.record({ limit: fc.integer({ min: 1, max: 9 }), batch: fc.integer({ min: 1, max: 9 }) });
  await fc.assert(
    fc.asyncProperty(fc.nat(60), sizes, fc.scheduler(), async (count, how, scheduler) => {
      const items = Array.from({ length: count }, (_, i) => i);
      const written: number[][] = [];
      let writing = false;
      const mapped = mapInBatches(
        items,
        how,
        (item) => scheduler.schedule(Promise.resolve(2 * item)),
        async (results) => {
          expect(writing).toBe(false);
          writing = true;
          // What comes later into a batch is not written.
          const batch = [...results];
          await scheduler.schedule(Promise.resolve());
          writing = false;
          written.push(batch);
        },
      );
      await scheduler.waitFor(mapped);
      expect(written.flat().sort((a, b) => a - b)).toEqual(items.map((item) => 2 * item));
      for (const [i, one] of written.entries()) {
        const isLast = i === written.length - 1;
        if (!isLast) expect(one.length).toBeGreaterThanOrEqual(how.batch);
      }
    }),
  );
});

test('what fails ends it', async () => {
  const fail = () => Promise.reject(new Error('full'));
  const how = { limit: 2, batch: 2 };
  await expect(mapInBatches([1, 2, 3, 4, 5], how, async (one) => one, fail)).rejects.toThrow('full');
  await expect(mapInBatches([1, 2, 3], how, fail, async () => {})).rejects.toThrow('full');
});
