import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TrialValues, trialValues, UserError } from '@viewgap/contracts';
import { z } from 'zod';
import type { Artifact } from '../manifest/manifest.ts';

/** The files of a tune artifact. A training hashes the choice alone: another trial that loses does not train it again. */
export const TUNE_FILES = { choice: 'choice.json', trials: 'trials.json' } as const;

const trialResult = z.strictObject({
  values: trialValues,
  /** of validation, at the epoch with the lowest classification loss; null where the training diverged */
  best: z
    .strictObject({
      epoch: z.int().positive(),
      classification: z.number(),
      auroc: z.strictObject({
        all: z.number().nullable(),
        AP: z.number().nullable(),
        PA: z.number().nullable(),
      }),
    })
    .nullable(),
  chosen: z.boolean(),
});

/** The result of a trial, and whether it was chosen. */
export type TrialResult = z.infer<typeof trialResult>;

/** What the trials of a model chose. @throws UserError where another version wrote the artifact */
export function readChoice(tune: Artifact, rebuild: string): Promise<TrialValues> {
  return readFileOf(tune, TUNE_FILES.choice, trialValues, rebuild);
}

/** Every trial of a model, in the order of pipeline.json. @throws UserError where another version wrote the artifact */
export function readTrials(tune: Artifact, rebuild: string): Promise<TrialResult[]> {
  return readFileOf(tune, TUNE_FILES.trials, z.array(trialResult), rebuild);
}

async function readFileOf<T>(
  { folder }: Artifact,
  name: string,
  shape: z.ZodType<T>,
  rebuild: string,
): Promise<T> {
  const path = join(folder, name);
  try {
    return shape.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new UserError('not what tune writes', path, rebuild, { cause });
  }
}
