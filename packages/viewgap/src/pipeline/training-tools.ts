import { join } from 'node:path';
import type { TrainConfig } from '@viewgap/contracts';
import type { TrainOptions } from '@viewgap/train';
import type { Context } from '../terminal/context.ts';
import { openEngine } from './engine.ts';

/** What trainings of one encoder run with: the engine, the weights to begin with, clock and progress. */
export async function trainingTools(
  work: { readonly common: TrainConfig; readonly cache: string; readonly weightsFolder: string },
  context: Context,
): Promise<Pick<TrainOptions, 'engine' | 'pretrained' | 'progress' | 'clock'>> {
  const engine = await openEngine(context, work.cache);
  const { pretrainedFile } = await import('@viewgap/train');
  const { defaultCacheDir } = await import('@viewgap/engine');
  const pretrained = await pretrainedFile(work.common.encoder, work.weightsFolder, {
    cacheDir: defaultCacheDir(context.env),
    env: context.env,
    log: context.progress.log,
  });
  return { engine, pretrained, progress: context.progress, clock: context.clock };
}

/** Where a training is saved, and can be watched. @param unit a name below the cache's folders */
export function trainingFolders(
  cache: string,
  unit: string,
  every: NonNullable<TrainOptions['checkpoints']>['every'],
): Pick<TrainOptions, 'checkpoints' | 'events'> {
  return {
    checkpoints: { folder: join(cache, 'checkpoints', unit), every },
    events: join(cache, 'tensorboard', unit),
  };
}
