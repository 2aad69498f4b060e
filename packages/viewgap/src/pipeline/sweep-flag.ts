import { ConfigError, nearestName, type TrialValues, trialName, trialValues } from '@viewgap/contracts';

/** Seed of a sweep that names none: far from the seeds that people report. */
const TUNING_SEED = 1000;

/** The trials of `lambda=0.01,0.1,1`. @throws ConfigError for anything else */
export function sweepOf(text: string): TrialValues[] {
  const [, name = '', list = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const known = Object.keys(trialValues.shape);
  if (!known.includes(name)) {
    const cure = name === '' ? `write --sweep lambda=0.01,0.1,1` : nearestName(name, known);
    throw new ConfigError('not a setting that can be swept', text, cure);
  }
  const trials = list.split(',').map((value) => trialOf(name, value.trim()));
  const names = trials.map(trialName);
  const twice = names.find((trial, i) => names.indexOf(trial) < i);
  if (twice !== undefined) throw new ConfigError('a value is swept twice', twice, 'name it once');
  return trials;
}

function trialOf(name: string, text: string): TrialValues {
  const parsed = trialValues.safeParse({ [name]: text === '' ? Number.NaN : Number(text) });
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues[0]?.message.toLowerCase() ?? '';
  throw new ConfigError(`not a value of ${name}`, text === '' ? 'none' : text, why);
}

/** @throws ConfigError where results of this seed are to be reported: they would have been chosen on themselves */
export function sweepSeed(seed: number = TUNING_SEED, reported: readonly number[]): number {
  if (!reported.includes(seed)) return seed;
  const cure = 'choose another seed: a reported seed must not choose its own settings';
  throw new ConfigError('the seed of a sweep is one of train.seeds', String(seed), cure);
}
