import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  beginArtifact,
  fileEntry,
  finishArtifact,
  openArtifact,
  readChoice,
  readTrials,
} from '@viewgap/artifacts';
import { silentProgress, type TrialValues, trialName } from '@viewgap/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { bestTrial, tuneModel } from './tune.ts';

/** A line of a trial's history; NaN is written as JSON has it: null. */
function epoch(number: number, classification: number, best: boolean) {
  const val = { classification, reconstruction: null, auroc: { all: 0.6, AP: null, PA: 0.7 } };
  const train = { classification: 0.5, reconstruction: null };
  return JSON.stringify({ epoch: number, step: 4 * number, train, val, best });
}

/** Finished trials, each with the lines of its history; null where it diverged. */
async function trialsOf(histories: readonly (readonly [TrialValues, readonly string[] | null])[]) {
  const root = await mkdtemp(join(tmpdir(), 'viewgap-tune-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const trials = [];
  for (const [values, lines] of histories) {
    const folder = join(root, trialName(values));
    await beginArtifact(folder);
    if (lines) await writeFile(join(folder, 'history.jsonl'), `${lines.join('\n')}\n`);
    const files = lines ? [await fileEntry(folder, 'history.jsonl')] : [];
    await finishArtifact(folder, { stage: 'trial', inputs: {}, config: {}, files, counts: {} }, {});
    trials.push({ values, folder, rebuild: `run ${trialName(values)}` });
  }
  const shared = { model: 'model2', progress: silentProgress, clock: () => new Date(0) };
  return { ...shared, trials, out: join(root, 'tune') };
}

const loss = (classification: number | null) => ({
  best: classification === null ? null : { epoch: 1, classification, auroc: { all: 0.5, AP: 0.5, PA: 0.5 } },
});

test.each<[string, (number | null)[], number]>([
  ['the lowest loss is taken', [0.4, 0.3, 0.5], 1],
  ['the first of equals', [0.4, 0.3, 0.3], 1],
  ['a diverged trial never', [null, 0.9, null], 1],
  ['none where all diverged', [null, null], -1],
])('%s', (_what, losses, index) => {
  expect(bestTrial(losses.map(loss))).toBe(index);
});

test('the choice is made on the epoch whose weights a training would keep, and says all that was tried', async () => {
  const options = await trialsOf([
    [{ lambda: 0.1 }, [epoch(1, 0.5, true), epoch(2, 0.42, true), epoch(3, 0.6, false)]],
    [{ lambda: 1 }, [epoch(1, 0.41, true), epoch(2, 0.7, false)]],
    [{ lambda: 10 }, null],
  ]);
  const tune = await tuneModel(options);
  expect(await readChoice(tune, '')).toEqual({ lambda: 1 });
  const auroc = { all: 0.6, AP: null, PA: 0.7 };
  expect(await readTrials(tune, '')).toEqual([
    { values: { lambda: 0.1 }, best: { epoch: 2, classification: 0.42, auroc }, chosen: false },
    { values: { lambda: 1 }, best: { epoch: 1, classification: 0.41, auroc }, chosen: true },
    { values: { lambda: 10 }, best: null, chosen: false },
  ]);
  expect(Object.keys(tune.manifest.inputs)).toEqual([
    'trial/model2/lambda-0.1',
    'trial/model2/lambda-1',
    'trial/model2/lambda-10',
  ]);
});

test('another trial that loses leaves the bytes of the choice as they are', async () => {
  const better = [{ lambda: 1 }, [epoch(1, 0.41, true)]] as const;
  const choices = await Promise.all(
    [0.1, 0.2].map(async (lambda) => {
      const { folder } = await tuneModel(await trialsOf([[{ lambda }, [epoch(1, 0.5, true)]], better]));
      return readFile(join(folder, 'choice.json'), 'utf8');
    }),
  );
  expect(choices[1]).toBe(choices[0]);
});

test('a validation loss that is no number counts as diverged', async () => {
  const options = await trialsOf([
    [{ lambda: 0.1 }, [epoch(1, Number.NaN, true)]],
    [{ lambda: 1 }, [epoch(1, 9, true)]],
  ]);
  expect(await readChoice(await tuneModel(options), '')).toEqual({ lambda: 1 });
});

test('where every trial diverged nothing is chosen', async () => {
  const options = await trialsOf([
    [{ lambda: 0.1 }, null],
    [{ lambda: 1 }, [epoch(1, Number.NaN, true)]],
  ]);
  await expect(tuneModel(options)).rejects.toThrow(
    'every trial of model2 diverged: lambda-0.1, lambda-1 (try lower learning rates)',
  );
  await expect(openArtifact(options.out, 'tune', { rebuild: '' })).rejects.toThrow('no finished tune');
});

test('a trial that is unfinished, or has another history, is named with the command that makes it again', async () => {
  const options = await trialsOf([
    [{ lambda: 0.1 }, ['{"epoch": 1, "best": true, "val": {}}']],
    [{ lambda: 1 }, [epoch(1, 9, true)]],
  ]);
  await expect(tuneModel(options)).rejects.toThrow(/not the history of a trial: .* \(run lambda-0\.1\)/);
  await rm(join(options.trials[0]?.folder ?? '', 'manifest.json'));
  await expect(tuneModel(options)).rejects.toThrow(/no finished trial artifact: .* \(run lambda-0\.1\)/);
});
