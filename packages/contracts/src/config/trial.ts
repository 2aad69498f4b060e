import { z } from 'zod';
import { lambda, learningRate, weightDecay } from './values/pipeline-values.ts';

/** What a trial sets, or what trials chose. */
export const trialValues = z.strictObject({
  learningRate: learningRate.optional(),
  weightDecay: weightDecay.optional(),
  lambda: lambda.optional(),
});
export type TrialValues = z.infer<typeof trialValues>;

const NAMES = { learningRate: 'learning-rate', weightDecay: 'weight-decay', lambda: 'lambda' } as const;

/** `learning-rate-0.001-weight-decay-0.01`: folder and Nx project of a trial. Another value is another trial. */
export function trialName(values: TrialValues): string {
  return (Object.keys(NAMES) as (keyof TrialValues)[])
    .flatMap((key) => (values[key] === undefined ? [] : [`${NAMES[key]}-${values[key]}`]))
    .join('-');
}

interface Tunable {
  readonly common: { readonly learningRate: number; readonly weightDecay: number };
  readonly model: { readonly decoder: { readonly lambda: number } | null };
}

/** The settings of a training with what a trial sets in place of their own. */
export function withTrial<T extends Tunable>(settings: T, { lambda, ...rates }: TrialValues): T {
  const { common, model } = settings;
  const decoder = model.decoder && lambda !== undefined ? { ...model.decoder, lambda } : model.decoder;
  return { ...settings, common: { ...common, ...rates }, model: { ...model, decoder } };
}
