import type { CheckpointEvery } from '@viewgap/train';
import { trialWork } from '../pipeline/train-work.ts';
import { trainingFolders, trainingTools } from '../pipeline/training-tools.ts';
import type { Context } from '../terminal/context.ts';
import { stoppable } from '../terminal/stop-signals.ts';

export interface TrialFlags {
  readonly pipeline: string;
  readonly model: string;
  readonly trial: string;
  readonly checkpoint: CheckpointEvery;
}

export async function trial(flags: TrialFlags, context: Context): Promise<void> {
  const { cache, unit, weightsFolder, ...work } = await trialWork(flags, context);
  const tools = await trainingTools({ ...work, cache, weightsFolder }, context);
  const { runTrial } = await import('@viewgap/train');
  const folders = trainingFolders(cache, unit, flags.checkpoint);
  await stoppable(
    (stop) => runTrial({ ...work, ...tools, ...folders, stop }),
    process,
    () => performance.now(),
  );
}
