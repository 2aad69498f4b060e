import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  catalogFacts,
  fileEntry,
  finishArtifact,
  type ModelConfig,
  openArtifact,
  type Progress,
  runFacts,
  type Store,
  type TrainConfig,
  UserError,
  writeFileAtomic,
} from '@viewgap/contracts';
import type { Engine } from '@viewgap/engine';
import { settingsOf } from './control.ts';
import { type Fit, fitModel } from './fit.ts';
import { startImageLoaders } from './image-feed.ts';
import { labelledImages } from './labelled-images.ts';
import { trainingLength } from './training-length.ts';

export interface TrainOptions {
  readonly name: string;
  readonly model: ModelConfig;
  /** the model that `model.control.flopsOf` names */
  readonly rival?: ModelConfig | null;
  /** what all models share, before what a control changes */
  readonly common: TrainConfig;
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
}

/**
 * Fits one model with one seed and writes its artifact: weights.safetensors (the best epoch by validation) and
 * history.jsonl.
 * @throws UserError where the catalog lacks images to train or validate on, or the loss is not finite
 */
export async function trainModel(options: TrainOptions): Promise<Artifact> {
  const { name, model, seed, store, engine, out, clock } = options;
  const started = clock();
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog, store });
  const { size } = catalogFacts(catalog, options.rebuildCatalog).images;
  const images = join(catalog.folder, 'catalog.duckdb');
  const [train, val] = [await labelledImages(images, ['train']), await labelledImages(images, ['val'])];
  const control = { rival: options.rival ?? null, size, images: train.length };
  const common = settingsOf(options.common, model, control);
  checkCounts(train.length, val.length, common.batchSize);
  await beginArtifact(out);
  const { steps, epochs } = trainingLength(common, train.length);
  const task = options.progress.start(`train ${name} seed ${seed}`, steps, 'steps');
  const loaders = startImageLoaders(store, size);
  const fit = await fitModel(
    { common, model, seed, size, pretrained: options.pretrained },
    { train, val, loaders },
    task,
  ).finally(() => loaders.close());
  const best = fit.history.findLast((line) => line.best);
  task.finish(
    `best epoch ${best?.epoch} of ${epochs}, validation mAUROC ${best?.val.auroc.all?.toFixed(3) ?? 'n/a'}, ` +
      `${(100 * fit.waitedShare).toFixed(0)} % of the time waiting for images`,
  );
  await writeFit(out, fit);
  return finishArtifact(
    out,
    {
      stage: 'train',
      inputs: { catalog: catalog.sha256 },
      config: { name, seed, size, common, model, engine: engine.identity, fairness: fit.fairness },
      files: [
        await fileEntry(out, 'weights.safetensors'),
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
}

async function writeFit(out: string, fit: Fit): Promise<void> {
  await writeFileAtomic(join(out, 'weights.safetensors'), fit.weights);
  await writeFileAtomic(
    join(out, 'history.jsonl'),
    fit.history.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
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
