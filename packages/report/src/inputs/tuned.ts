import { type Artifact, canonicalJson, readTrials, type TrialResult, trainFacts } from '@viewgap/artifacts';
import { type TrialValues, UserError } from '@viewgap/contracts';
import type { TrainInput } from './fair-comparison.ts';

/** The trials that chose settings of a model. */
export interface Tuned {
  readonly model: string;
  readonly trials: readonly TrialResult[];
}

/** Reads a tune artifact. @throws UserError where another version wrote it */
export async function readTuned(artifact: Artifact, model: string, rebuild: string): Promise<Tuned> {
  return { model, trials: await readTrials(artifact, rebuild) };
}

/** What the trials chose. */
export function choiceOf({ trials }: Tuned): TrialValues {
  return trials.find(({ chosen }) => chosen)?.values ?? {};
}

/**
 * Checks that models had as many trials as each other, and that every training has what they chose: of all models the
 * choice of the model that changes are measured from, and its own.
 * @throws UserError naming the models, or the training
 */
export function refuseUntuned(
  tuned: readonly Tuned[],
  trains: readonly TrainInput[],
  from: string,
  rebuild: (model: string, seed: number) => string,
): void {
  const [first] = tuned;
  const unequal = tuned.find(({ trials }) => trials.length !== first?.trials.length);
  if (first && unequal) {
    const budgets = [first, unequal].map(({ model, trials }) => `${model} ${trials.length}`).join(', ');
    throw new UserError('models that had unequal numbers of trials', budgets, 'correct train.tuning');
  }
  for (const { model, seed, artifact } of trains) {
    const choices = tuned.filter((one) => [from, model].includes(one.model)).map(choiceOf);
    const chosen = choices.length === 0 ? null : Object.assign({}, ...choices);
    const has = trainFacts(artifact, rebuild(model, seed)).tuned;
    if (canonicalJson(has) === canonicalJson(chosen)) continue;
    const said = `${model}, seed ${seed}: ${canonicalJson(has)} instead of ${canonicalJson(chosen)}`;
    throw new UserError(
      'a training did not use the settings that its trials chose',
      said,
      rebuild(model, seed),
    );
  }
}
