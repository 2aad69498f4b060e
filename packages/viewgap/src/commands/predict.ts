import { dirname, resolve } from 'node:path';
import { catalogFacts, openArtifact, Store, unitPath } from '@viewgap/artifacts';
import {
  ConfigError,
  externalSources,
  isPublished,
  type NamedPipeline,
  predictConfig,
} from '@viewgap/contracts';
import type { PredictOptions } from '@viewgap/train';
import { Command } from 'commander';
import { pipelineOption, withoutPipeline } from '../options/pipeline-option.ts';
import { openEngine } from '../pipeline/engine.ts';
import { externalSets, recorder } from '../pipeline/external-sets.ts';
import { modelOf, seedOf } from '../pipeline/model-of.ts';
import { cachesBelow, openWorkplace, pipelineOfCatalog } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

interface Flags {
  readonly model: string;
  readonly seed: string;
  readonly pipeline?: string;
  readonly catalog?: string;
  readonly store?: string;
  readonly out?: string;
  readonly embeddings?: true;
}

/** What is scored with what, and where its files go. */
interface Work extends Omit<PredictOptions, 'engine' | 'progress' | 'clock'> {
  /** the workspace's `.viewgap` */
  readonly cache: string;
}

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--model <name>', 'a model of train.models; without a pipeline: folder of its training')
    .option('--seed <number>', 'with a pipeline: seed that the model was trained with', '0')
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--catalog <folder>', 'folder of the catalog'))
    .addOption(withoutPipeline('--store <folder>', 'folder of the shards; default .viewgap/store'))
    .addOption(withoutPipeline('--out <folder>', 'folder of the artifact'))
    .option('--embeddings', 'also write the embeddings, as predict.embeddings of pipeline.json says')
    .addHelpText(
      'after',
      '\nexample: viewgap predict --pipeline pipelines/nih-sample --model model1 --seed 0' +
        '\n         viewgap predict --catalog runs/nih-sample/catalog --model out/model2 --out out/scores',
    )
    .action(async (flags: Flags) => {
      const { cache, ...work } =
        flags.pipeline === undefined
          ? await ownWork(flags, context)
          : await pipelineWork(flags.pipeline, flags, context);
      const engine = await openEngine(context, cache);
      const { predictImages } = await import('@viewgap/train');
      const { progress, clock } = context;
      await predictImages({
        ...work,
        config: { ...work.config, ...(flags.embeddings && { embeddings: true }) },
        engine,
        progress,
        clock,
      });
    });
}

async function pipelineWork(folder: string, flags: Flags, context: Context): Promise<Work> {
  const { pipeline, store, cache, unit, rebuild } = await openWorkplace(folder, context);
  modelOf(pipeline.config.train.models, flags.model, pipeline.name);
  const seed = seedOf(flags.seed);
  return {
    train: unit(unitPath.train(flags.model, seed)),
    rebuildTrain: rebuild(unitPath.train(flags.model, seed)),
    catalog: unit(unitPath.catalog()),
    rebuildCatalog: rebuild(unitPath.catalog()),
    config: pipeline.config.predict,
    shownSources: shownSources(pipeline.config),
    store,
    out: unit(unitPath.predict(flags.model, seed)),
    cache,
    scored: recorder(pipeline.folder, externalSets(pipeline), context),
  };
}

async function ownWork({ model, catalog, store, out }: Flags, context: Context): Promise<Work> {
  if (catalog === undefined || out === undefined) {
    throw new ConfigError(
      'neither a pipeline nor a catalog',
      `--model ${model}`,
      'give --pipeline, or --catalog and --out',
    );
  }
  const at = (path: string) => resolve(context.cwd, path);
  const rebuildCatalog = 'make the catalog again';
  const opened = await openArtifact(at(catalog), 'catalog', { rebuild: rebuildCatalog });
  const { sources } = catalogFacts(opened, rebuildCatalog);
  const below = cachesBelow(context.cwd, context);
  return {
    train: at(model),
    rebuildTrain: 'train the model again',
    catalog: at(catalog),
    rebuildCatalog,
    config: predictConfig.parse({}),
    // A catalog does not say which of its sources are published.
    shownSources: Object.keys(sources).filter((name) => sources[name]?.synthetic),
    store: store === undefined ? below.store : new Store(at(store)),
    out: at(out),
    cache: below.cache,
    scored: recorder(
      pipelineOfCatalog(at(catalog)) ?? dirname(at(catalog)),
      externalSources(sources),
      context,
    ),
  };
}

/** Sources whose pixels may be in the report: published and synthetic ones, and others only where so told. */
export function shownSources({ sources, predict }: NamedPipeline['config']): string[] {
  const isShown = (name: string) => {
    const source = sources[name];
    return source && (predict.showPrivate || source.synthetic || isPublished(source));
  };
  return Object.keys(sources).filter(isShown);
}
