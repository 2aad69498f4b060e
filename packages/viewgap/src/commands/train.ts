import { join } from 'node:path';
import { unitPath } from '@viewgap/contracts';
import { Command } from 'commander';
import { CHECKPOINT_EVERY, checkpointEvery } from '../checkpoint-every.ts';
import type { Context } from '../context.ts';
import { openEngine } from '../engine.ts';
import { modelOf, seedOf } from '../model-of.ts';
import { stoppable } from '../stop-signals.ts';
import { openWorkplace } from '../workplace.ts';

interface Options {
  readonly pipeline: string;
  readonly model: string;
  readonly seed: string;
  readonly checkpoint: string;
}

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model of train.models')
    .option('--seed <number>', 'seed of initial weights, image order and augmentations', '0')
    .option(
      '--checkpoint <every>',
      'how often to save, in minutes (5m) or steps (200); also VIEWGAP_CHECKPOINT',
      context.env.VIEWGAP_CHECKPOINT || CHECKPOINT_EVERY,
    )
    .addHelpText('after', '\nexample: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0')
    .action(async (options: Options) => {
      const place = await openWorkplace(options.pipeline, context);
      const { config } = place.pipeline;
      const model = modelOf(place.pipeline, options.model);
      const rival = model.control?.flopsOf;
      const seed = seedOf(options.seed);
      const every = checkpointEvery(options.checkpoint);
      const unit = unitPath.train(options.model, seed);
      const engine = await openEngine(context, place.cache);
      const { pretrainedFile, trainModel } = await import('@viewgap/train');
      const { defaultCacheDir } = await import('@viewgap/engine');
      const { encoder } = config.train.common;
      const pretrained = await pretrainedFile(encoder, place.pipeline.folder, {
        cacheDir: defaultCacheDir(context.env),
        env: context.env,
        log: context.progress.log,
      });
      const train = (stop: AbortSignal) =>
        trainModel({
          name: options.model,
          model,
          rival: rival === undefined ? null : modelOf(place.pipeline, rival),
          common: config.train.common,
          seed,
          pretrained,
          catalog: place.unit(unitPath.catalog()),
          rebuildCatalog: place.rebuild(unitPath.catalog()),
          store: place.store,
          engine,
          out: place.unit(unit),
          progress: context.progress,
          clock: context.clock,
          checkpoints: { folder: join(place.cache, 'checkpoints', place.pipeline.name, unit), every },
          stop,
        });
      await stoppable(train, process, () => performance.now());
    });
}
