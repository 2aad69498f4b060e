import { z } from 'zod';
import { type TrialValues, trialName } from './trial.ts';
import { lambda, learningRate, name, weightDecay } from './values/pipeline-values.ts';

/** With fewer there is nothing to choose from. */
const FEWEST = 2;

const commonTrial = z
  .strictObject({ learningRate: learningRate.optional(), weightDecay: weightDecay.optional() })
  .refine((values) => Object.keys(values).length > 0, 'tries nothing');

const modelTrial = z.strictObject({ lambda });

/** The section `train.tuning`: what is tried on validation images before anything is reported. */
export const tuning = z.strictObject({
  seed: z
    .int()
    .nonnegative()
    .describe(
      'seed of every trial; not one of train.seeds, so that no reported training chose its own settings',
    ),
  common: z
    .array(commonTrial)
    .min(FEWEST)
    .describe('trials of the model evaluate.from; the best of them then holds for all models'),
  models: z
    .record(name, z.array(modelTrial).min(FEWEST))
    .default({})
    .describe('trials of every other model that has a decoder, as many as common has'),
});

export type TuningConfig = z.infer<typeof tuning>;

/**
 * The trials of each model that has some, in their order.
 * @param reference the model evaluate.from, whose trials are those of `common`
 */
export function trialsOf(
  config: TuningConfig | null,
  reference: string,
): Readonly<Record<string, readonly TrialValues[]>> {
  return config === null ? {} : { [reference]: config.common, ...config.models };
}

interface Section {
  readonly seeds: unknown;
  readonly models: Readonly<Record<string, Partial<{ decoder: unknown; control: unknown }> | null>>;
  readonly tuning?: unknown;
}

/** Equal budgets, on a seed of their own. What else is wrong in the section is left to its own checks. */
export function checkTuning(train: Section, reference: unknown, context: z.core.$RefinementCtx): void {
  const parsed = tuning.safeParse(train.tuning);
  if (!parsed.success) return;
  const { seed, common, models } = parsed.data;
  const refuse = (path: readonly PropertyKey[], message: string, params?: object) =>
    context.addIssue({
      code: 'custom',
      path: ['train', 'tuning', ...path],
      message,
      ...(params && { params }),
    });
  if (Array.isArray(train.seeds) && train.seeds.includes(seed)) {
    refuse(['seed'], 'is one of train.seeds: what is reported would have been chosen on itself');
  }
  const known = Object.keys(train.models).filter(
    (model) => model !== reference && train.models[model]?.decoder && !train.models[model]?.control,
  );
  for (const [model, trials] of Object.entries(models)) {
    if (!known.includes(model)) {
      const message = 'is no model with a decoder, beside evaluate.from and controls';
      refuse(['models', model], message, { value: model, known });
    } else if (trials.length !== common.length) {
      refuse(['models', model], `${trials.length} trials where common has ${common.length}: budgets differ`);
    }
  }
  for (const model of known.filter((other) => !(other in models))) {
    refuse(['models'], `no trials of ${model} where common has ${common.length}: budgets differ`);
  }
  const lists = [
    { path: ['common'], trials: common },
    ...Object.entries(models).map(([model, trials]) => ({ path: ['models', model], trials })),
  ];
  for (const { path, trials } of lists) {
    const names = trials.map(trialName);
    const twice = names.findIndex((trial, i) => names.indexOf(trial) < i);
    if (twice >= 0) refuse([...path, twice], 'is tried twice');
  }
}
