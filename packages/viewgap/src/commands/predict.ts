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
    .option('--seed <number>', 'seed that the model was trained with', '0')
    .addHelpText(
      'after',
      '\nexample: viewgap predict --pipeline pipelines/nih-sample --model model1 --seed 0',
    )
    .action(async (options: { pipeline: string; model: string; seed: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      modelOf(place.pipeline.config.train.models, options.model, place.pipeline.name);
      const seed = seedOf(options.seed);
      const engine = await openEngine(context, place.cache);
      const { predictImages } = await import('@viewgap/train');
      await predictImages({
        train: place.unit(unitPath.train(options.model, seed)),
        rebuildTrain: place.rebuild(unitPath.train(options.model, seed)),
        catalog: place.unit(unitPath.catalog()),
        rebuildCatalog: place.rebuild(unitPath.catalog()),
        store: place.store,
        engine,
        out: place.unit(unitPath.predict(options.model, seed)),
        progress: context.progress,
        clock: context.clock,
      });
    });
}
