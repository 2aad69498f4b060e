import { canonicalJson, type Sha256, type SourceGreys, sha256, type TrainFacts } from '@viewgap/artifacts';
import type { HistoryLine } from '@viewgap/contracts';
import type { NamedTensor } from '@viewgap/engine';
import { labelCounts } from '../batches/batch-plans.ts';
import { greysOf, sourceGreys } from '../batches/intensity.ts';
import { labelRule } from '../batches/label-targets.ts';
import { trainingLength } from '../batches/training-length.ts';
import { type InitialSettings, initialModels } from '../model/initial-models.ts';
import { Scorer } from '../model/scorer.ts';
import { encodeWeights, valuesOf } from '../model/weights.ts';
import { CheckpointFolder } from './checkpoint/checkpoint-folder.ts';
import { type CheckpointEvery, Checkpointer } from './checkpoint/checkpointer.ts';
import { type FitData, FitLoop } from './fit-loop.ts';
import { TrainingStep } from './training-step.ts';
import { TRAINING_VERSION } from './training-version.ts';
import { type FitWatcher, watchers } from './watch/fit-watcher.ts';

export type FitSettings = InitialSettings;

/** What surrounds a training and does not change it. */
export interface FitSurroundings {
  readonly checkpoints?: {
    readonly folder: string;
    readonly every: CheckpointEvery;
    /** what decides the result besides the settings: the data, the engine */
    readonly of: unknown;
  };
  readonly watchers?: readonly FitWatcher[];
  readonly log?: (line: string) => void;
  /** its reason is the signal's name */
  readonly stop?: AbortSignal;
  readonly clock?: () => Date;
}

export interface Fit {
  /** safetensors of the best epoch */
  readonly weights: Uint8Array;
  readonly history: readonly HistoryLine[];
  readonly fairness: TrainFacts['fairness'];
  /** where images were normalised by source */
  readonly greys: SourceGreys | null;
  /** what the heavy operations computed in */
  readonly precision: 'float32' | 'bfloat16';
  /** share of the training's time in which the engine waited for images */
  readonly waitedShare: number;
}

/**
 * Fits one model; the best epoch by validation is kept. Nothing but the decoder and its loss differs between models.
 * @throws StoppedError, UserError as FitLoop.run
 */
export async function fitModel(
  settings: FitSettings,
  data: FitData,
  surroundings: FitSurroundings = {},
): Promise<Fit> {
  const { common, seed, size } = settings;
  const { decoder } = settings.model;
  const { steps } = trainingLength(common, data.train.length);
  const greys = await sourceGreys(common, data.train, data.loaders);
  const { model, average } = await initialModels(settings);
  const copies = [model.parameters, ...(average ? [average.parameters] : [])];
  const captured: { dispose(): void }[] = [];
  try {
    const shared = model.parameters.within(['encoder', 'head']);
    const initial_weights = sha256(encodeWeights(shared.keys(), await valuesOf(shared)));
    const weights = [...model.parameters.all().keys()];
    const training = new TrainingStep(model, average, { common, decoder, size, steps });
    captured.push(training);
    const sharing = training.session;
    const scorer = new Scorer(training.scored, {
      size,
      loss: decoder?.loss ?? null,
      sharing,
      greysOf: greysOf(common, greys),
    });
    captured.push(scorer);
    // A compiled step keeps its own weights: the models' are a copy of those that it began with.
    if (sharing.compiled) for (const copy of copies) copy.dispose();
    const loop = new FitLoop({
      order: { ...common, seed, size },
      data,
      training,
      scorer,
      rule: labelRule(common, () => labelCounts(data.train)),
      greysOf: greysOf(common, greys),
      patience: common.earlyStopping?.patience ?? null,
      checkpointer: await checkpointerOf(settings, initial_weights, surroundings),
      watcher: watchers(surroundings.watchers ?? []),
      log: surroundings.log ?? (() => {}),
      stop: surroundings.stop ?? new AbortController().signal,
    });
    await loop.run();
    const { best, history, shown, step } = loop.state;
    return {
      weights: encodeWeights(weights, best as ReadonlyMap<string, NamedTensor>),
      history,
      fairness: { initial_weights, ...shown, steps: step },
      greys,
      precision: training.precision,
      waitedShare: loop.waitedShare,
    };
  } finally {
    for (const step of captured.reverse()) step.dispose();
    for (const copy of copies) copy.dispose();
  }
}

async function checkpointerOf(
  { common, model, seed, size }: FitSettings,
  initialWeights: Sha256,
  { checkpoints, clock = () => new Date() }: FitSurroundings,
): Promise<Checkpointer | null> {
  if (!checkpoints) return null;
  const { folder, every, of } = checkpoints;
  const belongsTo = { common, model, seed, size, initialWeights, of, version: TRAINING_VERSION };
  return new Checkpointer(new CheckpointFolder(folder, sha256(canonicalJson(belongsTo))), every, clock);
}
