import {
  canonicalJson,
  type HistoryLine,
  type ModelConfig,
  type Sha256,
  sha256,
  type TrainConfig,
  type TrainFacts,
} from '@viewgap/contracts';
import type { NamedTensor } from '@viewgap/engine';
import { encodeWeights, valuesOf } from './checkpoint.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { type CheckpointEvery, Checkpointer } from './checkpointer.ts';
import { codeIdentity } from './code-identity.ts';
import { type FitData, FitLoop } from './fit-loop.ts';
import { type FitWatcher, watchers } from './fit-watcher.ts';
import { lastStepOf } from './image-order.ts';
import { createModel, loadPretrained } from './model.ts';
import { Scorer } from './score.ts';
import { captureTraining } from './training-step.ts';

export interface FitSettings {
  readonly common: TrainConfig;
  readonly model: ModelConfig;
  readonly seed: number;
  /** edge of the images, pixels */
  readonly size: number;
  /** safetensors file that the encoder starts from; null: random weights */
  readonly pretrained: string | null;
}

/** What surrounds a training and does not change it. */
export interface FitSurroundings {
  readonly checkpoints?: {
    readonly folder: string;
    readonly every: CheckpointEvery;
    /** what beside the settings decides the result: the data, the engine */
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
  const model = createModel(common, settings.model, size, seed);
  const steps: { dispose(): void }[] = [];
  try {
    if (settings.pretrained) await loadPretrained(model, settings.pretrained);
    const shared = model.parameters.within(['encoder', 'head']);
    const initial_weights = sha256(encodeWeights(shared.keys(), await valuesOf(shared)));
    const weights = [...model.parameters.all().keys()];
    const training = captureTraining(model, common, settings.model.decoder, size);
    steps.push(training);
    const scorer = new Scorer(model, { size, loss: settings.model.decoder?.loss ?? null, sharing: training });
    steps.push(scorer);
    // A compiled step keeps the weights itself: the model's own are a copy of what it began with.
    if (training.compiled) model.parameters.dispose();
    const loop = new FitLoop({
      order: { ...common, seed, size },
      data,
      training,
      scorer,
      weights,
      checkpointer: await checkpointerOf(settings, initial_weights, surroundings),
      watcher: watchers(surroundings.watchers ?? []),
      log: surroundings.log ?? (() => {}),
      stop: surroundings.stop ?? new AbortController().signal,
    });
    await loop.run();
    const { best, history, shown } = loop.state;
    return {
      weights: encodeWeights(weights, best as ReadonlyMap<string, NamedTensor>),
      history,
      fairness: { initial_weights, ...shown, steps: stepCount(common, data.train.length) },
      precision: training.precision,
      waitedShare: loop.waitedShare,
    };
  } finally {
    for (const step of steps.reverse()) step.dispose();
    model.parameters.dispose();
  }
}

async function checkpointerOf(
  { common, model, seed, size }: FitSettings,
  initialWeights: Sha256,
  { checkpoints, clock = () => new Date() }: FitSurroundings,
): Promise<Checkpointer | null> {
  if (!checkpoints) return null;
  const { folder, every, of } = checkpoints;
  const belongsTo = { common, model, seed, size, initialWeights, of, code: await codeIdentity() };
  return new Checkpointer(new CheckpointFolder(folder, sha256(canonicalJson(belongsTo))), every, clock);
}

export function stepCount(common: TrainConfig, images: number): number {
  return lastStepOf(common.epochs, images, common.batchSize);
}
