/**
 * Every stage, by its real command, is struck in the middle of its work. What it leaves is never half of something
 * that looks finished, and the next run goes on to the same end as one that nothing disturbed.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PREDICTIONS, readTable } from '@viewgap/artifacts';
import { expect } from 'vitest';
import { onFullDisk } from './full-disk.ts';
import { STAGES, type StageName } from './stage.ts';
import type { TinyRun } from './tiny-run.ts';

const CHECKPOINTS = '.viewgap/checkpoints/tiny/train/model2/seed-0';

/** The disk that is full, how many KiB are left there, and what the stage is writing when they are used up. */
export type FullDisk = readonly [StageName, disk: 'runs' | '.viewgap', freeKiB: number, file: string];

export const FULL_DISKS: readonly FullDisk[] = [
  ['scan', '.viewgap', 0, '.viewgap/listings/tiny/nih.json'],
  ['prepare', '.viewgap', 0, '.viewgap/engine/engine.json'],
  ['ingest', '.viewgap', 0, '.viewgap/readings/tiny/nih/'],
  ['ingest', '.viewgap', 48, '.viewgap/store/'],
  ['ingest', 'runs', 12, 'runs/tiny/ingest/nih/'],
  ['catalog', 'runs', 100, 'runs/tiny/catalog/catalog.duckdb'],
  ['train', 'runs', 12, 'runs/tiny/train/model2/seed-0/'],
  ['train', '.viewgap', 12, `${CHECKPOINTS}/step-`],
  ['predict', 'runs', 0, 'runs/tiny/predict/model2/seed-0/predictions.arrow'],
  ['evaluate', 'runs', 1024, 'runs/tiny/evaluate/metrics.duckdb'],
  ['report', 'runs', 200, 'runs/tiny/report/'],
];

/** What a stage that has ended leaves: the same as if nothing had disturbed it. */
const sameEnd = (tiny: TinyRun, name: StageName) => ({
  outcome: 'whole',
  result: tiny.result(name, 'undisturbed'),
});
const endOf = async (tiny: TinyRun, name: StageName) => ({
  outcome: await tiny.outcome(name),
  result: tiny.result(name, 'now'),
});

async function next(tiny: TinyRun, name: StageName) {
  const { status } = await tiny.run(STAGES[name].args);
  return { status, ...(await endOf(tiny, name)) };
}

/** What a stage leaves that is struck before it ends, and the run after it, which goes on to the same end. */
export const goesOn = (tiny: TinyRun, name: StageName) => ({
  left: 'unfinished',
  next: { status: 0, ...sameEnd(tiny, name) },
});

/** Kills a stage when its old artifact is gone. */
export async function killWithoutOld(tiny: TinyRun, name: StageName) {
  // On a busy machine a quick stage may end before the signal comes: it is tried again.
  for (let tries = 0; tries < 5; tries++) {
    tiny.reset(name);
    await tiny.strike(name, 'SIGKILL', () => !existsSync(tiny.at(STAGES[name].last)));
    if ((await tiny.outcome(name)) === 'unfinished') break;
  }
  return { left: await tiny.outcome(name), next: await next(tiny, name) };
}

/** Milliseconds lie between the first file and the last: the stage may have finished before the signal came. */
export const UNFINISHED_OR_WHOLE = expect.stringMatching(/^(unfinished|whole)$/);

/** Kills a stage when the first file of a new artifact is there. */
export async function killWithFirst(tiny: TinyRun, name: StageName) {
  tiny.reset(name);
  const { folder } = STAGES[name];
  rmSync(tiny.at(folder), { recursive: true, force: true });
  await tiny.strike(name, 'SIGKILL', () => tiny.names(folder).length > 0);
  return { left: await tiny.outcome(name), next: await next(tiny, name) };
}

/** Kills ingest in the middle of its images; how many the next run reads. */
export async function killAmongImages(tiny: TinyRun) {
  tiny.reset('ingest');
  const parts = () => tiny.names('.viewgap/readings/tiny/nih').filter((name) => name.endsWith('.arrow'));
  await tiny.strike('ingest', 'SIGKILL', () => parts().length > 0);
  const struck = { left: await tiny.outcome('ingest'), next: await next(tiny, 'ingest') };
  return { ...struck, read: tiny.workspace.json('runs/tiny/ingest/nih/run.json').files_read };
}

/** Tells a training to stop, and runs it again: what it says, and which checkpoints are there. */
export async function stopTraining(tiny: TinyRun, signal: NodeJS.Signals) {
  tiny.reset('train');
  rmSync(tiny.at(STAGES.train.folder), { recursive: true, force: true });
  const isTraining = () => existsSync(tiny.at('runs/tiny/train/model2/seed-0/history.jsonl'));
  const { status, stderr } = await tiny.strike('train', signal, isTraining);
  const [says = ''] = stderr.trimEnd().split('\n').slice(-1);
  const [, step = ''] = /: step (\d+) is saved/.exec(says) ?? [];
  const [left, saved] = [await tiny.outcome('train'), tiny.names(CHECKPOINTS).at(-1)];
  const again = await tiny.run(STAGES.train.args);
  const goesOn = again.stderr.includes(`train model2 seed 0: goes on after step ${step} of`);
  const end = { ...(await endOf(tiny, 'train')), checkpoints: tiny.names(CHECKPOINTS) };
  return { status, says, left, saved: saved === checkpoint(step), goesOn, end };
}

const checkpoint = (step: string) => `step-${step.padStart(8, '0')}.safetensors`;

/** What `stopTraining` gives: one line, the step that it names is saved, and the next run goes on from there. */
export const stopped = (tiny: TinyRun, status: number) => ({
  status,
  says: expect.stringMatching(/^viewgap train: stopped by \w+: step \d+ is saved \(.*\)$/),
  left: 'unfinished',
  saved: true,
  goesOn: true,
  end: { ...sameEnd(tiny, 'train'), checkpoints: [] },
});

/** Scores of a model and a catalog alone, without the pipeline.json. */
export async function plainScores(tiny: TinyRun) {
  const [train, catalog] = [STAGES.train.folder, STAGES.catalog.folder];
  const args = ['predict', '--catalog', catalog, '--model', train, '--out', 'out/scores'];
  const { status, stderr } = await tiny.run(args);
  return { status, stderr, rows: await predictionsIn(tiny, 'out/scores') };
}

/** Those of the pipeline: of what several threads compute, the last digits differ. */
export async function pipelineScores(tiny: TinyRun) {
  const near = (value: number | null) => (value === null ? null : expect.closeTo(value, 3));
  const rows = await predictionsIn(tiny, STAGES.predict.folder);
  return rows.map((row) => ({
    ...row,
    score: near(row.score),
    view_probe_score: near(row.view_probe_score),
  }));
}

async function predictionsIn(tiny: TinyRun, folder: string) {
  const table = await readTable(PREDICTIONS, tiny.at(join(folder, 'predictions.arrow')));
  return table.toArray().map((row) => row.toJSON());
}

/** Runs a stage on a full disk, and again when there is space. */
export async function fillDisk(tiny: TinyRun, [name, disk, freeKiB]: FullDisk) {
  tiny.reset(name);
  const { folder, last, args } = STAGES[name];
  rmSync(tiny.at(folder), { recursive: true, force: true });
  const report = join(tiny.workspace.root, 'full-disk');
  rmSync(report, { recursive: true, force: true });
  const prefix = onFullDisk(tiny.at(disk), freeKiB, tiny.at(last), report);
  const { status } = await tiny.run(args, prefix);
  const said = readFileSync(join(report, 'stderr'), 'utf8').trimEnd().split('\n');
  return {
    status: readFileSync(join(report, 'status'), 'utf8'),
    says: said.at(-1),
    stack: said.filter((line) => /^\s+at /.test(line)),
    hasLast: existsSync(join(report, 'last')),
    next: { status, ...(await endOf(tiny, name)) },
  };
}

/** What `fillDisk` gives: the file that could not be written is named in one line, and the next run goes on. */
export const fullDisk = (tiny: TinyRun, [name, , , file]: FullDisk) => ({
  status: '1\n',
  says: expect.stringMatching(
    new RegExp(
      `^viewgap ${name}: no space left on the disk: ${tiny.at(file)}[^ ]* \\(free some space and run again: finished work is kept\\)$`,
    ),
  ),
  stack: [],
  hasLast: false,
  next: { status: 0, ...sameEnd(tiny, name) },
});
