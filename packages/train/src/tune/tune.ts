import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  fileEntry,
  finishArtifact,
  openArtifact,
  runFacts,
  type TrialResult,
  TUNE_FILES,
  unitPath,
  writeFileAtomic,
} from '@viewgap/artifacts';
import { type Progress, type TrialValues, trialName, UserError } from '@viewgap/contracts';
import { smallest } from '@viewgap/stats';
import { trialBest } from './trial.ts';

export interface TuneOptions {
  readonly model: string;
  /** in the order in which equals are preferred */
  readonly trials: readonly {
    readonly values: TrialValues;
    readonly folder: string;
    readonly rebuild: string;
  }[];
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
}

/**
 * Chooses among the finished trials of a model and writes the tune artifact: choice.json and trials.json.
 * @throws UserError where a trial is not finished, or all of them diverged
 */
export async function tuneModel({ model, trials, out, progress, clock }: TuneOptions): Promise<Artifact> {
  const started = clock();
  const inputs: Record<string, string> = {};
  const results: Omit<TrialResult, 'chosen'>[] = [];
  for (const { values, folder, rebuild } of trials) {
    const trial = await openArtifact(folder, 'trial', { rebuild });
    inputs[unitPath.trial(model, trialName(values))] = trial.sha256;
    results.push({ values, best: await trialBest(trial, rebuild) });
  }
  const chosen = bestTrial(results);
  const choice = results[chosen]?.values;
  if (!choice) {
    const names = results.map(({ values }) => trialName(values)).join(', ');
    throw new UserError(`every trial of ${model} diverged`, names, 'try lower learning rates');
  }
  await beginArtifact(out);
  await writeJson(join(out, TUNE_FILES.choice), choice);
  await writeJson(
    join(out, TUNE_FILES.trials),
    results.map((result, i) => ({ ...result, chosen: i === chosen })),
  );
  progress.log(`tune ${model}: ${trialName(choice)}, the best of ${results.length} by validation`);
  return finishArtifact(
    out,
    {
      stage: 'tune',
      inputs,
      config: { model },
      files: [
        await fileEntry(out, TUNE_FILES.choice),
        await fileEntry(out, TUNE_FILES.trials, results.length),
      ],
      counts: { trials: results.length },
    },
    runFacts(started, clock()),
  );
}

/** Which has the lowest validation loss, as epochs are chosen; the first of equals, -1 where none has a loss. */
export function bestTrial(results: readonly Pick<TrialResult, 'best'>[]): number {
  const losses = results.map(({ best }) => best?.classification ?? Number.POSITIVE_INFINITY);
  const lowest = smallest(losses);
  return Number.isFinite(lowest) ? losses.indexOf(lowest) : -1;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
