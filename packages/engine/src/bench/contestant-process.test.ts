import { spawnSync } from 'node:child_process';
import { test as baseTest, describe, expect, test } from 'vitest';
import { defaultCacheDir, prepareEngine } from '../index.ts';
import { BENCH_MODELS, type BenchModel } from './bench-case.ts';
import { CONTESTANTS, type ContestantName, type Job } from './contestant.ts';
import { ContestantProcess, Dropout } from './contestant-process.ts';

const cacheDir = defaultCacheDir(process.env);
const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');
const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;

function start(contestant: ContestantName, job: Partial<Job> = {}, python = 'python3') {
  const entrant = CONTESTANTS.find(({ name }) => name === contestant) ?? CONTESTANTS[0];
  const whole = { model: 'cnn', size: 32, batch: 1, inference: true, device: 'cpu', threads: 1 } as const;
  return ContestantProcess.start(
    entrant,
    { ...whole, contestant, cacheDir, prefer: 'native', ...job },
    python,
  );
}

/**
 * 23,508,032 of torchvision's resnet50 without its last layer, less 2 of 3 channels of the first (2 * 7 * 7 * 64), and
 * 2048 * 5 + 5 of the head; the others by hand.
 */
const WEIGHTS: Readonly<Record<BenchModel, number>> = {
  cnn: 9 * 32_528 + 4 * 240 + 128 * 5 + 5,
  resnet50: 23_508_032 - 6_272 + 10_245,
  'resnet50-decoder': 23_508_032 - 6_272 + 10_245 + 9 * 1_222_656 + 2 * 992 + 9 * 32 + 1,
};

describe.for(BENCH_MODELS)('%s', (model) => {
  baseTest.skipIf(!native).for(['stock', 'captured-float32'] as const)(
    'has the same weights: %s',
    async (name) => {
      const { process, ready } = await start(name, { model });
      expect(ready.weights).toBe(WEIGHTS[model]);
      await process.end();
    },
  );

  baseTest.skipIf(!hasTorch)('has the same weights: PyTorch', async () => {
    const { process, ready } = await start('torch-float32', { model });
    expect(ready.weights).toBe(WEIGHTS[model]);
    expect(ready.version).toMatch(/^PyTorch \d/);
    await process.end();
  });
});

describe('a process of PyTorch', () => {
  const test = baseTest.skipIf(!hasTorch);

  test.for(['torch-float32', 'torch-bfloat16'] as const)('%s trains in turns', async (name) => {
    const { process, ready } = await start(name, { inference: false, batch: 4 });
    const first = await process.turn(3);
    const second = await process.turn(9);
    await process.end();
    expect(first.ms).toHaveLength(3);
    expect(second.values).toHaveLength(10);
    expect(second.values.at(-1)).toBeLessThan(ready.values[0] as number);
  });
});

describe('a contestant drops out with the reason', () => {
  test('that its library gives', async () => {
    const prefer = 'sycl' as never;
    await expect(start('captured-float32', { prefer })).rejects.toThrow(Dropout);
  });

  test('when its program is not there', async () => {
    await expect(start('torch-float32', {}, '/no/python')).rejects.toThrow(/does not start: .*ENOENT/);
  });

  test('when its process ends by itself', async () => {
    await expect(start('torch-float32', {}, 'false')).rejects.toThrow('its process ended with 1');
  });
});
