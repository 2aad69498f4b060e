import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ContestantProcess } from '../src/bench/contestant-process.ts';
import type { BenchModel } from '../src/bench/contestants/bench-case.ts';
import { CONTESTANTS, type ContestantName, type Job } from '../src/bench/contestants/contestant.ts';
import { defaultCacheDir, prepareEngine } from '../src/index.ts';

const cacheDir = defaultCacheDir(process.env);
const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');
const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;

export function start(contestant: ContestantName, job: Partial<Job> = {}, python = 'python3') {
  const entrant = CONTESTANTS.find(({ name }) => name === contestant) ?? CONTESTANTS[0];
  const one = { model: 'cnn', size: 32, batch: 1, inference: true } as const;
  const run = { device: 'cpu', threads: 1, cacheDir, prefer: 'native', firstSteps: 2 } as const;
  return ContestantProcess.start(entrant, { contestant, ...one, ...run, ...job }, python);
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

export function haveSameWeights(models: readonly BenchModel[]): void {
  describe.for(models)('%s', (model) => {
    test.skipIf(!native).for(['stock', 'captured-float32'] as const)(
      'has the same weights: %s',
      async (name) => {
        const { process, ready } = await start(name, { model });
        expect(ready.weights).toBe(WEIGHTS[model]);
        await process.end();
      },
    );

    test.skipIf(!hasTorch)('has the same weights: PyTorch', async () => {
      const { process, ready } = await start('torch-float32', { model });
      expect(ready.weights).toBe(WEIGHTS[model]);
      expect(ready.version).toMatch(/^PyTorch \d/);
      await process.end();
    });
  });
}

/** Processor time that the children of this process have used so far, milliseconds (proc(5): ticks are 10 ms). */
function childrenMs(): number {
  const threads = readdirSync('/proc/self/task');
  const children = threads.flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.reduce((sum, child) => {
    // Behind the name, which may hold anything: the state first, user and system time 11 and 12 fields later.
    const fields = readFileSync(`/proc/${child}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return sum + 10 * (Number(fields[11]) + Number(fields[12]));
  }, 0);
}

export function trainInTurns(contestants: readonly ContestantName[]): void {
  describe.for(contestants)('%s', (name) => {
    const isAbsent = name.startsWith('torch') ? !hasTorch : !native;

    test.skipIf(isAbsent)('trains in turns of seconds, and of three steps at least', async () => {
      const { process, ready } = await start(name, { inference: false, batch: 4, firstSteps: 20 });
      expect(ready.values).toHaveLength(20);
      expect(ready.values.at(-1)).toBeLessThan(ready.values[0] as number);

      const before = performance.now();
      const { ms } = await process.turn(1);
      const took = performance.now() - before;
      const short = await process.turn(0);
      await process.end();
      const timed = ms.reduce((sum, one) => sum + one, 0);
      // A second, and at most the rest of the step in which it ends.
      expect(timed).toBeGreaterThanOrEqual(1000);
      expect(timed - (ms.at(-1) as number)).toBeLessThan(1000);
      expect(took).toBeGreaterThan(timed + 1000);
      expect(short.ms).toHaveLength(3);
    });

    test.skipIf(isAbsent || platform() !== 'linux')('uses no processor while it waits', async () => {
      const { process } = await start(name, { inference: false, batch: 4, threads: 2 });
      await process.turn(1);
      // What its threads do last, they do now.
      await sleep(100);
      const before = childrenMs();
      await sleep(2000);
      const used = childrenMs() - before;
      await process.end();
      expect(before).toBeGreaterThan(1000);
      expect(used).toBeLessThan(60);
    });
  });
}
