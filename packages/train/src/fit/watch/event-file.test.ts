import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventFile } from './event-file.ts';

let folder: string;
let written: [name: string, value: number, step: number][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-events-'));
  written = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function eventFile(steps: number, hasWriter = true, run = join(folder, 'run')) {
  const log: string[] = [];
  const writer = {
    scalar: (name: string, value: number, step: number) => void written.push([name, value, step]),
    flush: () => {},
    close: () => {},
  };
  const file = new EventFile({
    folder: run,
    steps,
    learningRateAt: (step) => 1 / step,
    log: (line) => log.push(line),
    open: () => (hasWriter ? writer : null),
  });
  return { file, log };
}
const step = (number: number, classification: number, reconstruction: number | null = null) =>
  ({ step: number, epoch: 1, loss: { classification, reconstruction }, waitedShare: 0 }) as const;

test('of a short training every step is a point, with the parts that its loss has', () => {
  const { file } = eventFile(10);
  file.begin(0);
  file.step(step(1, 0.7));
  file.step(step(2, 0.5, 0.1));
  expect(written).toEqual([
    ['training/classification loss', 0.7, 1],
    ['learning rate', 1, 1],
    ['training/classification loss', 0.5, 2],
    ['training/reconstruction loss', 0.1, 2],
    ['learning rate', 0.5, 2],
  ]);
});

test('of a long one a point is the mean of some steps, so that a curve has about a thousand', () => {
  const { file } = eventFile(4000);
  file.begin(0);
  for (let i = 1; i <= 9; i++) file.step(step(i, i));
  expect(written.filter(([name]) => name !== 'learning rate')).toEqual([
    ['training/classification loss', 2.5, 4],
    ['training/classification loss', 6.5, 8],
  ]);
});

test('a validation is its losses and the mAUROC of each view that has one', () => {
  const { file } = eventFile(10);
  file.begin(0);
  const val = { classification: 0.6, reconstruction: 0.02, auroc: { all: 0.8, AP: null, PA: 0.75 } };
  file.epoch([{ epoch: 1, step: 5, train: { classification: 1, reconstruction: 1 }, val, best: true }]);
  expect(written).toEqual([
    ['validation/classification loss', 0.6, 5],
    ['validation/reconstruction loss', 0.02, 5],
    ['validation/mAUROC all', 0.8, 5],
    ['validation/mAUROC PA', 0.75, 5],
  ]);
});

test('a new training replaces what an older one left there; one that goes on adds to it', () => {
  for (const [done, kept] of [
    [7, true],
    [0, false],
  ] as const) {
    mkdirSync(join(folder, 'run'), { recursive: true });
    eventFile(10).file.begin(done);
    expect(existsSync(join(folder, 'run'))).toBe(kept);
  }
});

test('where the engine has no writer it says so, and nothing else', () => {
  const { file, log } = eventFile(10, false);
  file.begin(0);
  file.step(step(1, 0.7));
  file.close();
  expect(written).toEqual([]);
  expect(log).toEqual(['this engine writes no files for TensorBoard; history.jsonl gets a line an epoch']);
});

test('a folder below the working one is named without that, so that the line holds in another checkout', () => {
  const here = eventFile(10, true, join(process.cwd(), 'not-there/seed-0'));
  here.file.begin(0);
  expect(here.log).toEqual([`to watch it: tensorboard --logdir ${join('not-there', 'seed-0')}`]);
  const elsewhere = eventFile(10);
  elsewhere.file.begin(0);
  expect(elsewhere.log).toEqual([`to watch it: tensorboard --logdir ${join(folder, 'run')}`]);
});
