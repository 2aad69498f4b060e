import type { TrialResult } from '@viewgap/artifacts';
import { finishedTrial, runTrial, type TrialOptions, trialBest } from './trial.ts';
import { bestTrial } from './tune.ts';

/** Runs trials one after the other, but for those that are finished, and says which is best. */
export async function sweepTrials(trials: readonly TrialOptions[]): Promise<TrialResult[]> {
  const results: Omit<TrialResult, 'chosen'>[] = [];
  for (const options of trials) {
    const trial = (await finishedTrial(options)) ?? (await runTrial(options));
    results.push({ values: options.values, best: await trialBest(trial, 'remove its folder') });
  }
  const chosen = bestTrial(results);
  return results.map((result, i) => ({ ...result, chosen: i === chosen }));
}
