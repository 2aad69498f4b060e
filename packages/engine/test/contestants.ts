import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ContestantProcess } from '../src/bench/contestant-process.ts';
import type { BenchModel } from '../src/bench/contestants/bench-case.ts';
import { CONTESTANTS, type ContestantName, type Job } from '../src/bench/contestants/contestant.ts';
import { defaultCacheDir, prepareEngine } from '../src/index.ts';

const between = (least: number, below = Number.POSITIVE_INFINITY) =>
  expect.toSatisfy((value: number) => value >= least && value < below);

const cacheDir = defaultCacheDir(process.env);
export const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');
export const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;

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
export const WEIGHTS: Readonly<Record<BenchModel, number>> = {
  cnn: 9 * 32_528 + 4 * 240 + 128 * 5 + 5,
  resnet50: 23_508_032 - 6_272 + 10_245,
  'resnet50-decoder': 23_508_032 - 6_272 + 10_245 + 9 * 1_222_656 + 2 * 992 + 9 * 32 + 1,
};

/** Weights of a model as a contestant builds it, and the version that it names. */
export async function weightsOf(contestant: ContestantName, model: BenchModel) {
  const { process, ready } = await start(contestant, { model });
  await process.end();
  return { weights: ready.weights, version: ready.version };
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

/** What `takeTurns` gives: the loss falls, and a turn lasts a second and at most the rest of the step in which it ends. */
export const TURNS = {
  firstSteps: 20,
  lossChange: between(Number.NEGATIVE_INFINITY, 0),
  timed: between(1000),
  withoutLastStep: between(0, 1000),
  untimed: between(1000),
  fewest: 3,
};

/** A turn of a second and one of none, after 20 first steps; times in milliseconds. */
export async function takeTurns(contestant: ContestantName) {
  const { process, ready } = await start(contestant, { inference: false, batch: 4, firstSteps: 20 });
  const before = performance.now();
  const { ms } = await process.turn(1);
  const took = performance.now() - before;
  const short = await process.turn(0);
  await process.end();
  const [first, last] = [ready.values[0] ?? Number.NaN, ready.values.at(-1) ?? Number.NaN];
  const timed = ms.reduce((sum, one) => sum + one, 0);
  return {
    firstSteps: ready.values.length,
    lossChange: last - first,
    timed,
    withoutLastStep: timed - (ms.at(-1) as number),
    untimed: took - timed,
    fewest: short.ms.length,
  };
}

/** Processor time that a contestant has used after a turn, and in two seconds that follow, milliseconds. */
export async function waitAfterTurn(contestant: ContestantName) {
  const { process } = await start(contestant, { inference: false, batch: 4, threads: 2 });
  await process.turn(1);
  // What its threads do last, they do now.
  await sleep(100);
  const used = childrenMs();
  await sleep(2000);
  const waiting = childrenMs() - used;
  await process.end();
  return { used, waiting };
}

/** What `waitAfterTurn` gives: no processor is used while it waits. */
export const IDLE = { used: between(1000), waiting: between(0, 60) };
