import { join } from 'node:path';
import type { TrialResult } from '@viewgap/artifacts';
import { ConfigError, trialName } from '@viewgap/contracts';
import { largest } from '@viewgap/stats';
import type { CheckpointEvery } from '@viewgap/train';
import { sweepOf } from '../pipeline/sweep-flag.ts';
import { type TrainFlags, trainWork } from '../pipeline/train-work.ts';
import { trainingFolders, trainingTools } from '../pipeline/training-tools.ts';
import type { Context } from '../terminal/context.ts';
import { stoppable } from '../terminal/stop-signals.ts';

/** `viewgap train --sweep`: the trials of one setting, and a table of their results. */
export async function sweep(
  flags: TrainFlags & { readonly sweep: string },
  every: CheckpointEvery,
  context: Context,
): Promise<void> {
  const trials = sweepOf(flags.sweep);
  const { cache, unit, weightsFolder, ...work } = await trainWork(flags, context);
  const { name, model, seed } = work;
  if (model.control) {
    throw new ConfigError('a control cannot be swept', name, 'name a model without a control');
  }
  if (trials.some(({ lambda }) => lambda !== undefined) && !model.decoder) {
    throw new ConfigError(
      'lambda cannot be swept for a model without a decoder',
      name,
      'name one that has it',
    );
  }
  const tools = await trainingTools({ ...work, cache, weightsFolder }, context);
  const { sweepTrials } = await import('@viewgap/train');
  const results = await stoppable(
    (stop) =>
      sweepTrials(
        trials.map((values) => {
          const folder = trialName(values);
          const folders = trainingFolders(cache, join(unit, folder), every);
          return { ...work, ...tools, ...folders, values, out: join(work.out, folder), stop };
        }),
      ),
    process,
    () => performance.now(),
  );
  context.print(sweepTable(results, `${name}, seed ${seed}`));
}

/** A line for each trial, for a terminal. */
export function sweepTable(results: readonly TrialResult[], of: string): string {
  const names = results.map(({ values }) => trialName(values));
  const width = largest(['trial', ...names].map((name) => name.length));
  const cell = (value: number | null) => (value === null ? 'n/a' : value.toFixed(4)).padStart(8);
  const rows = results.map(({ best, chosen }, i) => {
    const { epoch, classification, auroc } = best ?? DIVERGED;
    const numbers = [classification, auroc.all, auroc.AP, auroc.PA].map(cell).join('');
    const said = chosen ? '  best' : best === null ? '  diverged' : '';
    return `${names[i]?.padEnd(width)}${String(epoch ?? 'n/a').padStart(7)}${numbers}${said}`;
  });
  return [
    `${of}: validation at the epoch with the lowest classification loss`,
    `${'trial'.padEnd(width)}  epoch    loss  mAUROC      AP      PA`,
    ...rows,
  ].join('\n');
}

const DIVERGED = { epoch: null, classification: null, auroc: { all: null, AP: null, PA: null } };
