import { join, resolve } from 'node:path';
import { sha256, unitPath } from '@viewgap/artifacts';
import {
  ConfigError,
  nearestName,
  type Pipeline,
  readTrainSection,
  trainSection,
  trialName,
  trialsOf,
  withTrial,
} from '@viewgap/contracts';
import type { TrainOptions, TrialOptions } from '@viewgap/train';
import type { Context } from '../terminal/context.ts';
import { choiceOf, frozenChoice } from './frozen-choice.ts';
import { modelOf } from './model-of.ts';
import { sweepSeed } from './sweep-flag.ts';
import { cachesBelow, openWorkplace, storeOf, type Workplace } from './workplace.ts';

export interface TrainFlags {
  readonly model: string;
  readonly seed?: number;
  readonly pipeline?: string;
  readonly catalog?: string;
  readonly settings?: string;
  readonly store?: string;
  readonly out?: string;
  readonly sweep?: string;
}

/** What is trained on what, and where its files go. */
export interface TrainWork
  extends Pick<
    TrainOptions,
    'name' | 'model' | 'rival' | 'common' | 'tuned' | 'seed' | 'catalog' | 'rebuildCatalog' | 'store' | 'out'
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
  if (flags.pipeline === undefined) return ownWork(flags, context);
  const place = await openWorkplace(flags.pipeline, context);
  const seed = flags.seed ?? 0;
  const work = pipelineWork(place, flags.model, seed, unitPath.train(flags.model, seed));
  const tuned = await frozenChoice(place, flags.model);
  return { ...withTrial(work, tuned ?? {}), tuned };
}

/** A trial of a pipeline: with the shared settings that were chosen before, where it is not one of those itself. */
export async function trialWork(
  flags: { readonly pipeline: string; readonly model: string; readonly trial: string },
  context: Context,
): Promise<TrainWork & Pick<TrialOptions, 'values'>> {
  const place = await openWorkplace(flags.pipeline, context);
  const { train, evaluate } = place.pipeline.config;
  modelOf(train.models, flags.model, place.pipeline.name);
  const trials = trialsOf(train.tuning, evaluate.from)[flags.model] ?? [];
  const values = trials.find((trial) => trialName(trial) === flags.trial);
  if (train.tuning === null || !values) {
    const what = `no such trial of ${flags.model} in train.tuning`;
    throw new ConfigError(what, flags.trial, nearestName(flags.trial, trials.map(trialName)));
  }
  const unit = unitPath.trial(flags.model, flags.trial);
  const work = pipelineWork(place, flags.model, train.tuning.seed, unit);
  const before = flags.model === evaluate.from ? {} : await choiceOf(place, evaluate.from);
  return { ...withTrial(work, before), values };
}

function pipelineWork(place: Workplace, model: string, seed: number, unit: string): TrainWork {
  const { pipeline } = place;
  return {
    ...modelWork(pipeline.config.train, pipeline.name, model),
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
  if (train.tuning !== null) {
    const cure = 'give --pipeline, or try values with --sweep and write the best into train';
    throw new ConfigError('train.tuning without a pipeline', settings ?? '', cure);
  }
  const out = at(flags.out);
  const below = cachesBelow(context.cwd, context);
  return {
    ...modelWork(train, settings ?? 'the study', flags.model),
    seed: flags.sweep === undefined ? (flags.seed ?? 0) : sweepSeed(flags.seed, train.seeds),
    catalog: at(catalog),
    rebuildCatalog: 'make the catalog again',
    store: storeOf(flags.store, below, context),
    out,
    cache: below.cache,
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
