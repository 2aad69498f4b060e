import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FIXTURE, SETTINGS } from '../../test/testing.ts';
import { RadiographReader } from '../image/radiograph.ts';
import { ReadPool } from './read-pool.ts';

const IMAGES = ['00000004_000', '00000013_000', '00000013_001', '00000013_025'].map((id) =>
  join(FIXTURE, `images/${id}.png`),
);

function pool(options: Partial<ConstructorParameters<typeof ReadPool>[0]> = {}): ReadPool {
  const one = new ReadPool({ settings: SETTINGS, workers: 2, ...options });
  onTestFinished(() => one.close());
  return one;
}

test('threads read what this one reads', async () => {
  const threads = pool();
  const results = await Promise.all(IMAGES.map((path) => threads.read(path)));
  const reader = new RadiographReader(SETTINGS);
  for (const [i, { image }] of results.entries()) {
    expect(image).toEqual(await reader.read(readFileSync(IMAGES[i] as string)));
  }
});

test('a file that takes too long is given up, and the files behind it are read', async () => {
  const threads = pool({ workers: 1, limitMs: 0.001 });
  const images = (await Promise.all(IMAGES.map((path) => threads.read(path)))).map(({ image }) => image);
  expect(images).toContainEqual({
    reason: 'unreadable',
    detail: 'not decoded within 0.000001 s',
    film: null,
  });
});

test('a file that is not there is an error with the system`s code', async () => {
  const threads = pool();
  await expect(threads.read(join(FIXTURE, 'nowhere.png'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(threads.read(IMAGES[0] as string)).resolves.toMatchObject({ image: { width: 64 } });
});
