import { unitPath } from '@viewgap/contracts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openEngine } from '../engine.ts';
import { modelOf, seedOf } from '../model-of.ts';
import { openWorkplace } from '../workplace.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model of train.models')
    .option('--seed <number>', 'seed of initial weights, image order and augmentations', '0')
    .addHelpText('after', '\nexample: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0')
    .action(async (options: { pipeline: string; model: string; seed: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const { config } = place.pipeline;
      const model = modelOf(place.pipeline, options.model);
      const seed = seedOf(options.seed);
      const engine = await openEngine(context, place.cache);
      const { pretrainedFile, trainModel } = await import('@viewgap/train');
      const { defaultCacheDir } = await import('@viewgap/engine');
      const { encoder } = config.train.common;
      const pretrained = await pretrainedFile(encoder, place.pipeline.folder, {
        cacheDir: defaultCacheDir(context.env),
        env: context.env,
        log: context.progress.log,
      });
      const rival = model.control?.flopsOf;
      await trainModel({
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
        out: place.unit(unitPath.train(options.model, seed)),
        progress: context.progress,
        clock: context.clock,
      });
    });
}
