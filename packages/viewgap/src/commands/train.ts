import { join } from 'node:path';
import { Command } from 'commander';
import { CHECKPOINT_EVERY, checkpointEvery } from '../checkpoint-every.ts';
import type { Context } from '../context.ts';
import { openEngine } from '../engine.ts';
import { stoppable } from '../stop-signals.ts';
import { type TrainFlags, trainWork } from '../train-work.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--model <name>', 'a model of train.models')
    .option('--seed <number>', 'seed of initial weights, image order and augmentations', '0')
    .option('--pipeline <folder>', 'folder of the pipeline.json')
    .option('--catalog <folder>', 'without a pipeline: folder of the catalog')
    .option('--store <folder>', 'without a pipeline: folder of the shards; default .viewgap/store')
    .option('--out <folder>', 'without a pipeline: folder of the artifact')
    .option(
      '--settings <file>',
      'without a pipeline: JSON with the section train of a pipeline.json; default: model1 and model2 of the study',
    )
    .option(
      '--checkpoint <every>',
      'how often to save, in minutes (5m) or steps (200); also VIEWGAP_CHECKPOINT',
      context.env.VIEWGAP_CHECKPOINT || CHECKPOINT_EVERY,
    )
    .addHelpText(
      'after',
      '\nexample: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0' +
        '\n         viewgap train --catalog runs/nih-sample/catalog --model model2 --out out/model2',
    )
    .action(async (options: TrainFlags & { readonly checkpoint: string }) => {
      const every = checkpointEvery(options.checkpoint);
      const { cache, unit, weightsFolder, ...work } = await trainWork(options, context);
      const engine = await openEngine(context, cache);
      const { pretrainedFile, trainModel } = await import('@viewgap/train');
      const { defaultCacheDir } = await import('@viewgap/engine');
      const pretrained = await pretrainedFile(work.common.encoder, weightsFolder, {
        cacheDir: defaultCacheDir(context.env),
        env: context.env,
        log: context.progress.log,
      });
      const { progress, clock } = context;
      const train = (stop: AbortSignal) =>
        trainModel({
          ...work,
          pretrained,
          engine,
          progress,
          clock,
          checkpoints: { folder: join(cache, 'checkpoints', unit), every },
          events: join(cache, 'tensorboard', unit),
          stop,
        });
      await stoppable(train, process, () => performance.now());
    });
}
