/**
 * Every stage, by its real command, is struck in the middle of its work. What it leaves is never half of something
 * that looks finished, and the next run goes on to the same end as one that nothing disturbed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PREDICTIONS, readTable } from '@viewgap/artifacts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAN_MOUNT, onFullDisk } from './full-disk.ts';
import { STAGE_NAMES, STAGES, type StageName } from './stage.ts';
import { TinyRun } from './tiny-run.ts';

const checkpoints = '.viewgap/checkpoints/tiny/train/model2/seed-0';

/** The disk that is full, how many KiB are left there, and what the stage is writing when they are used up. */
type FullDisk = readonly [StageName, disk: 'runs' | '.viewgap', freeKiB: number, file: string];

/** Which stages are struck, and how. */
export interface Strikes {
  /** killed when their old artifact is gone */
  readonly withoutOld: readonly StageName[];
  /** killed when the first file of a new artifact is there */
  readonly withFirst: readonly StageName[];
  readonly stopped: readonly (readonly [NodeJS.Signals, status: number])[];
  readonly onFullDisk: readonly FullDisk[];
}

export const ALL_STRIKES: Strikes = {
  withoutOld: STAGE_NAMES.filter((name) => STAGES[name].last.endsWith('manifest.json')),
  withFirst: STAGE_NAMES,
  stopped: [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ],
  onFullDisk: [
    ['scan', '.viewgap', 0, '.viewgap/listings/tiny/nih.json'],
    ['prepare', '.viewgap', 0, '.viewgap/engine/engine.json'],
    ['ingest', '.viewgap', 0, '.viewgap/readings/tiny/nih/'],
    ['ingest', '.viewgap', 48, '.viewgap/store/'],
    ['ingest', 'runs', 12, 'runs/tiny/ingest/nih/'],
    ['catalog', 'runs', 100, 'runs/tiny/catalog/catalog.duckdb'],
    ['train', 'runs', 12, 'runs/tiny/train/model2/seed-0/'],
    ['train', '.viewgap', 12, `${checkpoints}/step-`],
    ['predict', 'runs', 0, 'runs/tiny/predict/model2/seed-0/predictions.arrow'],
    ['evaluate', 'runs', 1024, 'runs/tiny/evaluate/metrics.duckdb'],
    ['report', 'runs', 200, 'runs/tiny/report/'],
  ],
};

let tiny: TinyRun;

async function goesOn(name: StageName): Promise<void> {
  expect(await tiny.run(STAGES[name].args)).toMatchObject({ status: 0 });
  await sameEnd(name);
}

async function sameEnd(name: StageName): Promise<void> {
  expect(await tiny.outcome(name)).toBe('whole');
  expect(tiny.result(name, 'now')).toEqual(tiny.result(name, 'undisturbed'));
}

const why = CAN_MOUNT ? '' : ' (skipped: this user cannot mount a small disk)';

/** Tests that strike the stages of one tiny run, which is put back to its end before each. */
export function surviveStrikes(strikes: Strikes): void {
  beforeAll(async () => {
    tiny = new TinyRun();
    await tiny.prepare();
  });
  afterAll(() => tiny.dispose());

  describe('after kill -9 the next run goes on to the same end', () => {
    test.each(strikes.withoutOld)('%s, killed when its old artifact is gone', async (name) => {
      // On a busy machine a quick stage may end before the signal comes: it is tried again.
      for (let tries = 0; tries < 5; tries++) {
        tiny.reset(name);
        await tiny.strike(name, 'SIGKILL', () => !existsSync(tiny.at(STAGES[name].last)));
        if ((await tiny.outcome(name)) === 'unfinished') break;
      }
      expect(await tiny.outcome(name)).toBe('unfinished');
      await goesOn(name);
    });

    test.each(strikes.withFirst)('%s, killed when the first file of a new one is there', async (name) => {
      tiny.reset(name);
      const { folder } = STAGES[name];
      rmSync(tiny.at(folder), { recursive: true, force: true });
      await tiny.strike(name, 'SIGKILL', () => tiny.names(folder).length > 0);
      // Milliseconds lie between the first file and the last: it may have finished before the signal came.
      expect(['unfinished', 'whole']).toContain(await tiny.outcome(name));
      await goesOn(name);
    });

    test('ingest, killed in the middle of its images: those that it read are not read again', async () => {
      tiny.reset('ingest');
      const parts = () => tiny.names('.viewgap/readings/tiny/nih').filter((name) => name.endsWith('.arrow'));
      await tiny.strike('ingest', 'SIGKILL', () => parts().length > 0);
      expect(await tiny.outcome('ingest')).toBe('unfinished');
      await goesOn('ingest');
      expect(tiny.workspace.json('runs/tiny/ingest/nih/run.json')).toMatchObject({ files_read: 0 });
    });
  });

  describe('told to stop, a training saves where it is', () => {
    const isTraining = () => existsSync(tiny.at('runs/tiny/train/model2/seed-0/history.jsonl'));

    test.each(strikes.stopped)(
      '%s: status %i, one line, and the next run goes on from there',
      async (signal, expected) => {
        tiny.reset('train');
        rmSync(tiny.at(STAGES.train.folder), { recursive: true, force: true });
        const { status, stderr } = await tiny.strike('train', signal, isTraining);
        expect(status, stderr).toBe(expected);
        const [last = ''] = stderr.trimEnd().split('\n').slice(-1);
        const [, step] = /^viewgap train: stopped by \w+: step (\d+) is saved \(.*\)$/.exec(last) ?? [];
        expect(step, last).toBeDefined();
        expect(await tiny.outcome('train')).toBe('unfinished');
        expect(tiny.names(checkpoints).at(-1)).toBe(`step-${String(step).padStart(8, '0')}.safetensors`);
        const next = await tiny.run(STAGES.train.args);
        expect(next.stderr).toContain(`train model2 seed 0: goes on after step ${step} of`);
        await sameEnd('train');
        expect(tiny.names(checkpoints)).toEqual([]);
      },
    );
  });

  test('without the pipeline.json, a model and a catalog give the same scores', async () => {
    const [train, catalog] = [STAGES.train.folder, STAGES.catalog.folder];
    const args = ['predict', '--catalog', catalog, '--model', train, '--out', 'out/scores'];
    expect(await tiny.run(args)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('error') });
    const rowsIn = async (folder: string) => {
      const table = await readTable(PREDICTIONS, tiny.at(join(folder, 'predictions.arrow')));
      return table.toArray().map((row) => row.toJSON());
    };
    const [found, wanted] = [await rowsIn('out/scores'), await rowsIn(STAGES.predict.folder)];
    expect(wanted.length).toBeGreaterThan(0);
    const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 3));
    expect(found).toEqual(
      wanted.map((row) => ({
        ...row,
        score: near(row.score),
        view_probe_score: near(row.view_probe_score),
      })),
    );
  });

  describe.skipIf(!CAN_MOUNT)(`on a full disk${why}`, () => {
    test.for(strikes.onFullDisk)(
      '%s, with %s full but for %i KiB, names %s',
      async ([name, disk, freeKiB, file]) => {
        tiny.reset(name);
        const { folder, last, args } = STAGES[name];
        rmSync(tiny.at(folder), { recursive: true, force: true });
        const report = join(tiny.workspace.root, 'full-disk');
        rmSync(report, { recursive: true, force: true });
        const prefix = onFullDisk(tiny.at(disk), freeKiB, tiny.at(last), report);
        const { status, stderr } = await tiny.run(args, prefix);
        const said = readFileSync(join(report, 'stderr'), 'utf8').trimEnd().split('\n');
        expect(said.at(-1)).toMatch(
          new RegExp(
            `^viewgap ${name}: no space left on the disk: ${tiny.at(file)}[^ ]* \\(free some space and run again: finished work is kept\\)$`,
          ),
        );
        expect(said.filter((line) => /^\s+at /.test(line))).toEqual([]);
        expect(readFileSync(join(report, 'status'), 'utf8')).toBe('1\n');
        expect(existsSync(join(report, 'last'))).toBe(false);
        expect(status, stderr).toBe(0);
        await sameEnd(name);
      },
    );
  });
}
