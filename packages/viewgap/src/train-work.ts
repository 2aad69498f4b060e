import { join, resolve } from 'node:path';
import {
  ConfigError,
  type Pipeline,
  readTrainSection,
  Store,
  sha256,
  trainSection,
  unitPath,
} from '@viewgap/contracts';
import type { TrainOptions } from '@viewgap/train';
import type { Context } from './context.ts';
import { modelOf, seedOf } from './model-of.ts';
import { cachesBelow, openWorkplace } from './workplace.ts';

export interface TrainFlags {
  readonly model: string;
  readonly seed: string;
  readonly pipeline?: string;
  readonly catalog?: string;
  readonly settings?: string;
  readonly store?: string;
  readonly out?: string;
}

/** What is trained on what, and where its files go. */
export interface TrainWork
  extends Pick<
    TrainOptions,
    'name' | 'model' | 'rival' | 'common' | 'seed' | 'catalog' | 'rebuildCatalog' | 'store' | 'out'
  > {
  /** the workspace's `.viewgap` */
  readonly cache: string;
  /** a name of this training below the cache's folders */
  readonly unit: string;
  /** folder that encoder.weights is relative to */
  readonly weightsFolder: string;
}

/** The study's two models, for a catalog without a pipeline.json. */
const STUDY = { train: { models: { model1: {}, model2: { decoder: {} } } } };

/** A training of a pipeline, or of any catalog with a section `train` of its own. */
export async function trainWork(flags: TrainFlags, context: Context): Promise<TrainWork> {
  return flags.pipeline === undefined
    ? ownWork(flags, context)
    : pipelineWork(flags.pipeline, flags, context);
}

async function pipelineWork(folder: string, flags: TrainFlags, context: Context): Promise<TrainWork> {
  const place = await openWorkplace(folder, context);
  const { pipeline } = place;
  const seed = seedOf(flags.seed);
  const unit = unitPath.train(flags.model, seed);
  return {
    ...modelWork(pipeline.config.train, pipeline.name, flags.model),
    seed,
    catalog: place.unit(unitPath.catalog()),
    rebuildCatalog: place.rebuild(unitPath.catalog()),
    store: place.store,
    out: place.unit(unit),
    cache: place.cache,
    unit: join(pipeline.name, unit),
    weightsFolder: pipeline.folder,
  };
}

async function ownWork(flags: TrainFlags, context: Context): Promise<TrainWork> {
  if (flags.catalog === undefined || flags.out === undefined) {
    throw new ConfigError(
      'neither a pipeline nor a catalog',
      `--model ${flags.model}`,
      'give --pipeline, or --catalog and --out',
    );
  }
  const at = (path: string) => resolve(context.cwd, path);
  const { settings, catalog } = flags;
  const { train } = settings === undefined ? trainSection.parse(STUDY) : await readTrainSection(at(settings));
  const out = at(flags.out);
  const { cache, store } = cachesBelow(context.cwd, context);
  return {
    ...modelWork(train, settings ?? 'the study', flags.model),
    seed: seedOf(flags.seed),
    catalog: at(catalog),
    rebuildCatalog: 'make the catalog again',
    store: flags.store === undefined ? store : new Store(at(flags.store)),
    out,
    cache,
    unit: join('train', `${flags.model}-${sha256(out).slice(0, 16)}`),
    weightsFolder: settings === undefined ? context.cwd : resolve(at(settings), '..'),
  };
}

function modelWork(train: Pipeline['train'], where: string, name: string) {
  const model = modelOf(train.models, name, where);
  const rival = model.control?.flopsOf;
  return {
    name,
    model,
    rival: rival === undefined ? null : modelOf(train.models, rival, where),
    common: train.common,
  };
}
