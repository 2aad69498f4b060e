import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutShards } from './cut-shards.ts';

const BOUNDS = { meanRows: 8, maxRows: 1000, maxBytes: 1e9 };
const images = (ids: readonly number[]) =>
  [...new Set(ids)]
    .sort((a, b) => a - b)
    .map((id) => ({ imageId: `${id}`.padStart(6, '0'), imageBytes: 100 }));

test('shards hold every image once, in order, and stay within their bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99_999)), fc.integer({ min: 1, max: 9 }), (ids, maxRows) => {
      const all = images(ids);
      const shards = cutShards(all, { meanRows: 20, maxRows, maxBytes: 450 });
      expect(shards.flat()).toEqual(all);
      for (const shard of shards) {
        expect(shard.length).toBeGreaterThan(0);
        expect(shard.length).toBeLessThanOrEqual(Math.min(maxRows, 4));
      }
    }),
  );
});

test('an image larger than the bound has a shard of its own', () => {
  expect(cutShards(images([1, 2, 3]), { ...BOUNDS, maxBytes: 50 }).map((shard) => shard.length)).toEqual([
    1, 1, 1,
  ]);
});

test('one image more changes one shard, or cuts it in two', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99_999), { minLength: 50 }), fc.nat(99_999), (ids, extra) => {
      const key = (shard: readonly { imageId: string }[]) => shard.map(({ imageId }) => imageId).join();
      const before = new Set(cutShards(images(ids), BOUNDS).map(key));
      const changed = cutShards(images([...ids, extra]), BOUNDS).filter((shard) => !before.has(key(shard)));
      expect(changed.length).toBeLessThanOrEqual(2);
    }),
  );
});

test('shards have about the mean size asked for', () => {
  const shards = cutShards(images(Array.from({ length: 8000 }, (_, i) => i)), BOUNDS);
  expect(8000 / shards.length).toBeGreaterThan(7);
  expect(8000 / shards.length).toBeLessThan(9);
});
