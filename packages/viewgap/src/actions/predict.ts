import { resolve } from 'node:path';
import { catalogFacts, openArtifact, unitPath } from '@viewgap/artifacts';
import { ConfigError, externalSources, isPublished, type Pipeline } from '@viewgap/contracts';
import type { PredictOptions } from '@viewgap/train';
import { openEngine } from '../pipeline/engine.ts';
import { externalSets, ledgerFolder, recorder } from '../pipeline/external-sets.ts';
import { modelOf } from '../pipeline/model-of.ts';
import { readSettingsFile } from '../pipeline/settings-file.ts';
import { cachesBelow, openWorkplace, storeOf } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface PredictFlags {
  readonly model: string;
  readonly seed?: number;
  readonly pipeline?: string;
  readonly catalog?: string;
  readonly settings?: string;
  readonly store?: string;
  readonly out?: string;
  readonly embeddings?: true;
}

/** What is scored with what, and where its files go. */
interface Work extends Omit<PredictOptions, 'engine' | 'progress' | 'clock'> {
  /** the workspace's `.viewgap` */
  readonly cache: string;
}

export async function predict(flags: PredictFlags, context: Context): Promise<void> {
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
}

async function pipelineWork(folder: string, flags: PredictFlags, context: Context): Promise<Work> {
  const { pipeline, store, cache, unit, rebuild } = await openWorkplace(folder, context);
  modelOf(pipeline.config.train.models, flags.model, pipeline.name);
  const seed = flags.seed ?? 0;
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

async function ownWork(
  { model, catalog, settings, store, out }: PredictFlags,
  context: Context,
): Promise<Work> {
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
  const { predict: config, sources: described } = await readSettingsFile(settings, context);
  const below = cachesBelow(context.cwd, context);
  return {
    train: at(model),
    rebuildTrain: 'train the model again',
    catalog: at(catalog),
    rebuildCatalog,
    config,
    // A catalog does not say which of its sources are published; the settings may.
    shownSources:
      described === undefined
        ? Object.keys(sources).filter((name) => sources[name]?.synthetic)
        : shownSources({ sources: described, predict: config }),
    store: storeOf(store, below, context),
    out: at(out),
    cache: below.cache,
    scored: recorder(ledgerFolder(at(catalog)), externalSources(sources), context),
  };
}

/** Sources whose pixels may be in the report: published and synthetic ones, and others only where so told. */
export function shownSources({ sources, predict }: Pick<Pipeline, 'sources' | 'predict'>): string[] {
  const isShown = (name: string) => {
    const source = sources[name];
    return source && (predict.showPrivate || source.synthetic || isPublished(source));
  };
  return Object.keys(sources).filter(isShown);
}
