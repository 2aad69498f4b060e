import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTable, encodeTable, SHARD, Store, sha256 } from '@viewgap/artifacts';
import { trainConfig, UserError } from '@viewgap/contracts';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { plantedCatalog, SIZE } from '../../test/planted-catalog.ts';
import { scoringPlans, type TrainingOrder, trainingPlans } from '../batches/batch-plans.ts';
import { type LabelledImage, labelledImages } from '../catalog/read-images.ts';
import { type ImageBatchPlan, type ImageLoaders, imageFeed, startImageLoaders } from './image-feed.ts';
import { writeAugmented } from './warp.ts';

const order: TrainingOrder = { ...trainConfig.parse({ epochs: 2, batchSize: 7 }), seed: 4, size: SIZE };
const open: ImageLoaders[] = [];
let folder: string;
let store: Store;
let images: LabelledImage[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-feed-'));
  const planted = await plantedCatalog(folder, 48);
  store = planted.store;
  images = [...(await labelledImages(join(planted.catalog, 'catalog.duckdb'), ['train', 'val', 'test']))];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((loaders) => loaders.close()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(workers?: number, size = SIZE, of = store, keep = 0): ImageLoaders {
  const loaders = startImageLoaders(of, size, { keep, ...(workers && { workers }) });
  open.push(loaders);
  return loaders;
}

/** The bytes of every batch, kept beyond the batch. */
async function bytesOf(loaders: ImageLoaders, plans: Iterable<ImageBatchPlan>) {
  const all: { pixels: Buffer; inside: Buffer | null }[] = [];
  for await (const { batch } of imageFeed(loaders, plans)) {
    all.push({ pixels: Buffer.from(batch.pixels), inside: batch.inside && Buffer.from(batch.inside) });
  }
  return all;
}

/** Read the plain way: the whole shard, one image after the other. */
async function film({ shard, row }: LabelledImage): Promise<Buffer> {
  const table = decodeTable(SHARD, await store.get(shard), shard);
  return sharp(table.getChild('image')?.get(row) as Uint8Array)
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}

describe('an image feed', () => {
  test('for scoring gives every image once, as it is in the store', async () => {
    const batches = await bytesOf(start(2), scoringPlans(images, 10));
    expect(batches.map(({ pixels }) => pixels.length / SIZE ** 2)).toEqual([10, 10, 10, 10, 8]);
    expect(batches.every(({ inside }) => inside === null)).toBe(true);
    const expected = await Promise.all(images.map(film));
    expect(Buffer.concat(batches.map(({ pixels }) => pixels)).equals(Buffer.concat(expected))).toBe(true);
  });

  test('for training gives each image moved as its plan says, and where it shows film', async () => {
    let steps = 0;
    for await (const { job, batch } of imageFeed(start(1), trainingPlans(images, order))) {
      steps += 1;
      expect(job.step).toBe(steps);
      for (const [i, image] of job.images.entries()) {
        const [pixels, inside] = [new Uint8ClampedArray(SIZE ** 2), new Uint8Array(SIZE ** 2)];
        const moved = job.augmentations[i];
        if (moved) writeAugmented(await film(image), SIZE, moved, pixels, inside);
        const [from, to] = [i * SIZE ** 2, (i + 1) * SIZE ** 2];
        expect(Buffer.from(pixels).equals(batch.pixels.subarray(from, to))).toBe(true);
        expect(Buffer.from(inside).equals(batch.inside?.subarray(from, to) ?? Buffer.of())).toBe(true);
      }
    }
    expect(steps).toBe(Math.floor((2 * 48) / 7));
  });

  test('is the same bytes in the same order for any number of workers', async () => {
    const [one, three] = await Promise.all(
      [1, 3].map(async (workers) =>
        (await bytesOf(start(workers), trainingPlans(images, order))).map(({ pixels, inside }) => [
          sha256(pixels),
          sha256(inside ?? ''),
        ]),
      ),
    );
    expect(three).toEqual(one);
    expect(new Set(one?.flat()).size).toBe(26);
  });

  test('that keeps images gives the same bytes, whether there is room for all of them or for some', async () => {
    const area = SIZE ** 2;
    const [none, some, all] = await Promise.all(
      [0, 20 * area, 48 * area].map((keep) =>
        bytesOf(start(1, SIZE, store, keep), trainingPlans(images, { ...order, epochs: 4 })),
      ),
    );
    expect(some).toEqual(none);
    expect(all).toEqual(none);
  });

  test('reads an image that it keeps once', async () => {
    const copy = new Store(join(folder, 'copy'));
    for (const shard of new Set(images.map(({ shard }) => shard))) await copy.put(await store.get(shard));
    const loaders = start(1, SIZE, copy, 10 * SIZE ** 2);
    const [kept, others] = [images.slice(0, 10), images.slice(10, 20)];
    const before = await bytesOf(loaders, scoringPlans(kept, 10));
    await rm(copy.root, { recursive: true });
    expect(await bytesOf(loaders, scoringPlans(kept, 10))).toEqual(before);
    await expect(bytesOf(loaders, scoringPlans(others, 10))).rejects.toThrow('a shard is missing');
  });

  test('serves validation between two steps of a training', async () => {
    const loaders = start();
    const training = imageFeed(loaders, trainingPlans(images, order))[Symbol.asyncIterator]();
    expect((await training.next()).value?.job.step).toBe(1);
    expect(await bytesOf(loaders, scoringPlans(images, 32))).toHaveLength(2);
    expect((await training.next()).value?.job.step).toBe(2);
    await training.return();
  });
});

describe('the plans', () => {
  test('are a function of seed and images alone', () => {
    expect([...trainingPlans(images, order)]).toEqual([...trainingPlans(images, order)]);
    expect([...trainingPlans(images, { ...order, seed: 5 })]).not.toEqual([...trainingPlans(images, order)]);
  });
});

describe('an error of a worker is a UserError here', () => {
  const all = (loaders: ImageLoaders, of = images) => bytesOf(loaders, scoringPlans(of, 8));

  test('a shard that is missing', async () => {
    const error: unknown = await all(start(1, SIZE, new Store(join(folder, 'empty')))).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).what).toBe('a shard is missing from the store');
    expect((error as UserError).cure).toBe('run ingest again with --skip-nx-cache');
  });

  test('a catalog and a shard that disagree, and images of another size, are bugs and say where', async () => {
    const [first] = images as [LabelledImage];
    await expect(all(start(1), [{ ...first, imageId: 'other.png' }])).rejects.toThrow(
      `shard ${first.shard} row ${first.row} holds ${first.imageId}, the catalog says other.png`,
    );
    await expect(all(start(1, 64))).rejects.toThrow('no grey square of 64 pixels');
  });
});

test('shuffled over 300 MB of shards, memory stays flat', async () => {
  const large = new Store(join(folder, 'large'));
  const size = 1024;
  const noise = Uint8Array.from({ length: size ** 2 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  const pngs = await Promise.all(
    [0, 1, 2, 3].map((i) =>
      sharp(
        noise.map((value) => value ^ i),
        { raw: { width: size, height: size, channels: 1 } },
      )
        .toColourspace('b-w')
        .png({ compressionLevel: 0 })
        .toBuffer(),
    ),
  );
  const [first] = images as [LabelledImage];
  const rows = Array.from({ length: 48 }, (_, i) => ({ image_id: `${i}`, image: pngs[i % 4] ?? null }));
  const all: LabelledImage[] = [];
  for (let part = 0; part < 6; part++) {
    const shard = await large.put(encodeTable(SHARD, rows, { part: `${part}` }));
    all.push(...rows.map(({ image_id }, row) => ({ ...first, imageId: image_id, shard, row })));
  }
  const loaders = start(2, size, large);
  const shuffled = { ...order, size, epochs: 1, batchSize: 4 };
  const mostMemory = async (of: readonly LabelledImage[]) => {
    let most = 0;
    for await (const { batch } of imageFeed(loaders, trainingPlans(of, shuffled))) {
      expect(batch.pixels.length).toBe(4 * size ** 2);
      most = Math.max(most, process.memoryUsage.rss());
    }
    return most / 2 ** 20;
  };
  // First one shard of the six: the workers and their buffers are there then.
  const one = await mostMemory(all.slice(0, 48));
  const six = await mostMemory(all);
  expect(six - one).toBeLessThan(120);
}, 60_000);
