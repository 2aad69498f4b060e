import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  catalogFacts,
  fileEntry,
  finishArtifact,
  openArtifact,
  runFacts,
  type Store,
  writeFileAtomic,
} from '@viewgap/artifacts';
import {
  type HistoryLine,
  type ModelConfig,
  type Progress,
  type TrainConfig,
  type TrialValues,
  trialName,
  UserError,
} from '@viewgap/contracts';
import { type Engine, summaryWriter } from '@viewgap/engine';
import { trainingLength } from '../batches/training-length.ts';
import { labelledImages } from '../catalog/read-images.ts';
import { settingsOf } from '../model/control.ts';
import { startImageLoaders } from '../pixels/image-feed.ts';
import { KEPT_BYTES } from '../pixels/pixel-cache.ts';
import type { CheckpointEvery } from './checkpoint/checkpointer.ts';
import { fitModel } from './fit.ts';
import { learnable } from './learnable.ts';
import { learningRateAt } from './schedule.ts';
import { DurationEstimate } from './watch/duration-estimate.ts';
import { EventFile } from './watch/event-file.ts';
import type { FitWatcher } from './watch/fit-watcher.ts';
import { LiveProgress } from './watch/live-progress.ts';

export interface TrainOptions {
  readonly name: string;
  readonly model: ModelConfig;
  /** the model that `model.control.flopsOf` names */
  readonly rival?: ModelConfig | null;
  /** what all models share, before what a control changes */
  readonly common: TrainConfig;
  /** what of these settings trials have chosen, or this one tries */
  readonly tuned?: TrialValues | null;
  /** a trial: its course is kept, and no weights */
  readonly isTrial?: boolean;
  readonly seed: number;
  /** see FitSettings */
  readonly pretrained: string | null;
  /** folder of the catalog's artifact */
  readonly catalog: string;
  readonly rebuildCatalog: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** where and how often to save checkpoints, so that a stopped run can resume; absent: never */
  readonly checkpoints?: { readonly folder: string; readonly every: CheckpointEvery };
  /** folder of files for TensorBoard; absent: none are written */
  readonly events?: string;
  /** its reason is the signal's name: then the training saves where it is and ends with a StoppedError */
  readonly stop?: AbortSignal;
}

/**
 * Fits one model with one seed and writes its artifact: weights.safetensors (the best epoch by validation) and
 * history.jsonl. What an earlier run of the same training saved is gone on with.
 * @throws UserError where the catalog lacks images or labels to train or validate on, or the loss is not finite
 * @throws StoppedError when it was told to stop
 */
export async function trainModel(options: TrainOptions): Promise<Artifact> {
  const { name, model, seed, store, engine, out, clock, tuned = null, isTrial = false } = options;
  const started = clock();
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog, store });
  const { size } = catalogFacts(catalog, options.rebuildCatalog).images;
  const images = join(catalog.folder, 'catalog.duckdb');
  const all = { train: await labelledImages(images, ['train']), val: await labelledImages(images, ['val']) };
  const { train, val } = all;
  const control = { rival: options.rival ?? null, size, images: train.length };
  const common = settingsOf(options.common, model, control);
  checkCounts(train.length, val.length, common.batchSize);
  const { warning, ...labelled } = learnable(all);
  if (warning !== null) options.progress.log(`${labelOf(options)}: ${warning}`);
  await beginArtifact(out);
  const live = liveProgress(options, common, train.length, val.length);
  const events = options.events ? [eventFile(options.events, common, train.length, options.progress)] : [];
  const loaders = startImageLoaders(store, size, {
    keep: Math.min(KEPT_BYTES, (train.length + val.length) * size ** 2),
  });
  const fit = await fitModel(
    { common, model, seed, size, pretrained: options.pretrained },
    { ...labelled, loaders },
    {
      ...(options.checkpoints && {
        checkpoints: { ...options.checkpoints, of: { catalog: catalog.sha256, engine: engine.identity } },
      }),
      ...(options.stop && { stop: options.stop }),
      watchers: [...live.watchers, ...events, { epoch: (history) => writeHistory(out, history) }],
      log: options.progress.log,
      clock,
    },
  ).finally(() => {
    for (const file of events) file.close();
    return loaders.close();
  });
  const best = fit.history.findLast((line) => line.best);
  live.progress.finish(
    `best epoch ${best?.epoch} of ${fit.history.length}, validation mAUROC ${best?.val.auroc.all?.toFixed(3) ?? 'n/a'}, ` +
      `${(100 * fit.waitedShare).toFixed(0)} % of the time waiting for images`,
  );
  if (!isTrial) await writeFileAtomic(join(out, 'weights.safetensors'), fit.weights);
  await writeHistory(out, fit.history);
  const artifact = await finishArtifact(
    out,
    {
      stage: isTrial ? 'trial' : 'train',
      inputs: { catalog: catalog.sha256 },
      config: {
        name,
        seed,
        size,
        common,
        model,
        tuned,
        ...(fit.greys && { greys: fit.greys }),
        engine: engine.identity,
        fairness: fit.fairness,
      },
      files: [
        ...(isTrial ? [] : [await fileEntry(out, 'weights.safetensors')]),
        await fileEntry(out, 'history.jsonl', fit.history.length),
      ],
      counts: {
        train: train.length,
        val: val.length,
        best_epoch: best?.epoch ?? 0,
        steps: fit.fairness.steps,
      },
    },
    {
      ...runFacts(started, clock()),
      engine: engine.name,
      precision: fit.precision,
      waited_share: fit.waitedShare,
      node: process.version,
    },
  );
  // Only now: until the manifest is there, the checkpoint is all that is left of the work.
  if (options.checkpoints) await rm(options.checkpoints.folder, { recursive: true, force: true });
  return artifact;
}

function liveProgress(
  options: TrainOptions,
  common: TrainConfig,
  train: number,
  val: number,
): { readonly progress: LiveProgress; readonly watchers: FitWatcher[] } {
  const { engine, progress, clock } = options;
  const { batchSize } = common;
  const run = { ...trainingLength(common, train), batchSize, val, clock };
  const live = new LiveProgress({ ...run, progress, label: labelOf(options) });
  if (engine.name.startsWith('native')) return { progress: live, watchers: [live] };
  const estimate = new DurationEstimate({ ...run, engine: engine.name, log: progress.log });
  return { progress: live, watchers: [live, estimate] };
}

/** What a person knows this training by. */
function labelOf({ name, seed, tuned, isTrial }: TrainOptions): string {
  return isTrial ? `trial ${name} ${trialName(tuned ?? {})}` : `train ${name} seed ${seed}`;
}

function eventFile(folder: string, common: TrainConfig, images: number, { log }: Progress): EventFile {
  const { steps } = trainingLength(common, images);
  const rate = (step: number) => learningRateAt(common, step, steps);
  return new EventFile({ folder, steps, learningRateAt: rate, log, open: summaryWriter });
}

async function writeHistory(out: string, history: readonly HistoryLine[]): Promise<void> {
  const lines = history.map((line) => `${JSON.stringify(line)}\n`);
  await writeFileAtomic(join(out, 'history.jsonl'), lines.join(''));
}

function checkCounts(train: number, val: number, batchSize: number): void {
  if (train < batchSize) {
    throw new UserError(
      'fewer training images than one batch holds',
      `${train} images, batchSize ${batchSize}`,
      'lower train.common.batchSize, or give more images',
    );
  }
  if (val === 0)
    throw new UserError(
      'no image to validate on',
      '0 images',
      'raise catalog.splits.val, or give more patients',
    );
}
