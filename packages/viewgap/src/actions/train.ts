import type { CheckpointEvery } from '@viewgap/train';
import { type TrainFlags, trainWork } from '../pipeline/train-work.ts';
import { trainingFolders, trainingTools } from '../pipeline/training-tools.ts';
import type { Context } from '../terminal/context.ts';
import { stoppable } from '../terminal/stop-signals.ts';

export interface TrainCommandFlags extends TrainFlags {
  readonly checkpoint: CheckpointEvery;
}

export async function train(flags: TrainCommandFlags, context: Context): Promise<void> {
  if (flags.sweep !== undefined) {
    const { sweep } = await import('./train-sweep.ts');
    return sweep({ ...flags, sweep: flags.sweep }, flags.checkpoint, context);
  }
  const { cache, unit, weightsFolder, ...work } = await trainWork(flags, context);
  const tools = await trainingTools({ ...work, cache, weightsFolder }, context);
  const { trainModel } = await import('@viewgap/train');
  const folders = trainingFolders(cache, unit, flags.checkpoint);
  await stoppable(
    (stop) => trainModel({ ...work, ...tools, ...folders, stop }),
    process,
    () => performance.now(),
  );
}
