import { openArtifact, readChoice, unitPath } from '@viewgap/artifacts';
import { type Pipeline, type TrialValues, trialsOf } from '@viewgap/contracts';
import type { Workplace } from './workplace.ts';

/** The models that have trials. */
export function tunedModels({ train, evaluate }: Pipeline): string[] {
  return Object.keys(trialsOf(train.tuning, evaluate.from));
}

/**
 * What trials chose for a model: of all models the learning rate and weight decay that suited evaluate.from, and its own
 * lambda. Null where the pipeline tunes nothing.
 * @throws UserError where a choice was not made yet
 */
export async function frozenChoice(place: Workplace, model: string): Promise<TrialValues | null> {
  const { train, evaluate } = place.pipeline.config;
  if (train.tuning === null) return null;
  const shared = await choiceOf(place, evaluate.from);
  return model in train.tuning.models ? { ...shared, ...(await choiceOf(place, model)) } : shared;
}

/** @throws UserError where it was not made yet */
export async function choiceOf(place: Workplace, model: string): Promise<TrialValues> {
  const unit = unitPath.tune(model);
  const rebuild = place.rebuild(unit);
  return readChoice(await openArtifact(place.unit(unit), 'tune', { rebuild }), rebuild);
}
