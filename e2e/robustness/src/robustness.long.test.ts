import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAN_MOUNT } from '../test/full-disk.ts';
import { STAGE_NAMES, STAGES } from '../test/stage.ts';
import {
  FULL_DISKS,
  fillDisk,
  fullDisk,
  goesOn,
  killAmongImages,
  killWithFirst,
  killWithoutOld,
  pipelineScores,
  plainScores,
  stopped,
  stopTraining,
  UNFINISHED_OR_WHOLE,
} from '../test/strikes.ts';
import { TinyRun } from '../test/tiny-run.ts';

const ARTIFACTS = STAGE_NAMES.filter((name) => STAGES[name].last.endsWith('manifest.json'));

/** It is put back to its end before each test. */
let tiny: TinyRun;
beforeAll(async () => {
  tiny = new TinyRun();
  await tiny.prepare();
});
afterAll(() => tiny.dispose());

describe('after kill -9 the next run goes on to the same end', () => {
  test.each(ARTIFACTS)('%s, killed when its old artifact is gone', async (name) => {
    expect(await killWithoutOld(tiny, name)).toEqual(goesOn(tiny, name));
  });

  test.each(STAGE_NAMES)('%s, killed when the first file of a new one is there', async (name) => {
    expect(await killWithFirst(tiny, name)).toEqual({ ...goesOn(tiny, name), left: UNFINISHED_OR_WHOLE });
  });

  test('ingest, killed in the middle of its images: those that it read are not read again', async () => {
    expect(await killAmongImages(tiny)).toEqual({ ...goesOn(tiny, 'ingest'), read: 0 });
  });
});

describe('told to stop, a training saves where it is', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s: status %i, one line, and the next run goes on from there', async (signal, status) => {
    expect(await stopTraining(tiny, signal)).toEqual(stopped(tiny, status));
  });
});

test('without the pipeline.json, a model and a catalog give the same scores', async () => {
  const { status, stderr, rows } = await plainScores(tiny);
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  expect(rows).not.toEqual([]);
  expect(rows).toEqual(await pipelineScores(tiny));
});

const why = CAN_MOUNT ? '' : ' (skipped: this user cannot mount a small disk)';
describe.skipIf(!CAN_MOUNT)(`on a full disk${why}`, () => {
  test.for(FULL_DISKS)('%s, with %s full but for %i KiB, names %s', async (disk) => {
    expect(await fillDisk(tiny, disk)).toEqual(fullDisk(tiny, disk));
  });
});
