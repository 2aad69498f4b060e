import { isPublished, type NamedPipeline, ScoredLedger, unitPath } from '@viewgap/contracts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openEngine } from '../engine.ts';
import { externalSets } from '../external-sets.ts';
import { modelOf, seedOf } from '../model-of.ts';
import { openWorkplace } from '../workplace.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model of train.models')
    .option('--seed <number>', 'seed that the model was trained with', '0')
    .option('--embeddings', 'also write the embeddings, as predict.embeddings of pipeline.json says')
    .addHelpText(
      'after',
      '\nexample: viewgap predict --pipeline pipelines/nih-sample --model model1 --seed 0',
    )
    .action(async (options: { pipeline: string; model: string; seed: string; embeddings?: true }) => {
      const place = await openWorkplace(options.pipeline, context);
      modelOf(place.pipeline.config.train.models, options.model, place.pipeline.name);
      const seed = seedOf(options.seed);
      const external = externalSets(place.pipeline);
      const ledger = new ScoredLedger(place.pipeline.folder);
      const engine = await openEngine(context, place.cache);
      const { predictImages } = await import('@viewgap/train');
      await predictImages({
        train: place.unit(unitPath.train(options.model, seed)),
        rebuildTrain: place.rebuild(unitPath.train(options.model, seed)),
        catalog: place.unit(unitPath.catalog()),
        rebuildCatalog: place.rebuild(unitPath.catalog()),
        config: {
          ...place.pipeline.config.predict,
          ...(options.embeddings && { embeddings: true }),
        },
        shownSources: shownSources(place.pipeline.config),
        store: place.store,
        engine,
        out: place.unit(unitPath.predict(options.model, seed)),
        progress: context.progress,
        clock: context.clock,
        scored: async (train) => {
          if (external.length === 0) return;
          const which = await ledger.record(train, external);
          // Which it is, not how many there are: Nx prints this line again when the count may have grown.
          context.progress.log(
            `predict ${options.model} seed ${seed}: configuration ${which} of those that ever scored ${external.join(', ')}`,
          );
        },
      });
    });
}

/** Sources whose pixels may be in the report: published and synthetic ones, and others only where so told. */
export function shownSources({ sources, predict }: NamedPipeline['config']): string[] {
  const isShown = (name: string) => {
    const source = sources[name];
    return source && (predict.showPrivate || source.synthetic || isPublished(source));
  };
  return Object.keys(sources).filter(isShown);
}
