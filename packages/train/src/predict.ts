import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  type Cell,
  encodeTable,
  FINDINGS,
  fileEntry,
  finishArtifact,
  openArtifact,
  PREDICTIONS,
  type Progress,
  runFacts,
  type Store,
  trainFacts,
  UserError,
  writeFileAtomic,
} from '@viewgap/contracts';
import type { Engine } from '@viewgap/engine';
import { restoreWeights } from './checkpoint.ts';
import { startImageLoaders } from './image-feed.ts';
import { type LabelledImage, labelledImages } from './labelled-images.ts';
import { createModel } from './model.ts';
import { Scorer, type Scores } from './score.ts';

export interface PredictOptions {
  /** folder of the training's artifact */
  readonly train: string;
  readonly rebuildTrain: string;
  readonly catalog: string;
  readonly rebuildCatalog: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
}

/** Scores every validation, test and external image with a trained model: predictions.arrow, scores are logits. */
export async function predictImages(options: PredictOptions): Promise<Artifact> {
  const { store, engine, out, clock } = options;
  const started = clock();
  // Verified: a changed bit in the weights would go unnoticed and change every score.
  const trained = await openArtifact(options.train, 'train', { rebuild: options.rebuildTrain, verify: true });
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog, store });
  const config = trainFacts(trained, options.rebuildTrain);
  const images = await labelledImages(join(catalog.folder, 'catalog.duckdb'), ['val', 'test', 'external']);
  const model = createModel(config.common, config.model, config.size, config.seed);
  try {
    restoreWeights(model.parameters.all(), await readFile(join(trained.folder, 'weights.safetensors')));
    await beginArtifact(out);
    const task = options.progress.start(
      `predict ${config.name} seed ${config.seed}`,
      images.length,
      'images',
    );
    const scorer = new Scorer(model, { size: config.size, loss: null });
    const loaders = startImageLoaders(store, config.size);
    const scores = await scorer
      .score(images, loaders, (done) => task.update(done))
      .finally(() => {
        scorer.dispose();
        return loaders.close();
      });
    task.finish(`${images.length} images`);
    const rows = Array.from(images).flatMap((image, i) => rowsOf(image, i, scores, config));
    await writeFileAtomic(join(out, 'predictions.arrow'), encodeTable(PREDICTIONS, rows));
    return await finishArtifact(
      out,
      {
        stage: 'predict',
        inputs: { train: trained.sha256, catalog: catalog.sha256 },
        config: { name: config.name, seed: config.seed, engine: engine.identity },
        files: [await fileEntry(out, 'predictions.arrow', rows.length)],
        counts: { images: images.length, rows: rows.length },
      },
      {
        ...runFacts(started, clock()),
        engine: engine.name,
      },
    );
  } finally {
    model.parameters.dispose();
  }
}

function rowsOf(
  image: LabelledImage,
  index: number,
  scores: Scores,
  { name, seed }: { readonly name: string; readonly seed: number },
): Record<string, Cell>[] {
  return FINDINGS.map((finding, f) => {
    const score = scores.logits[index * FINDINGS.length + f] as number;
    if (!Number.isFinite(score)) {
      throw new UserError(
        'a score is not finite',
        `${name} seed ${seed}, ${finding}`,
        'train with a lower learningRate',
      );
    }
    return {
      dataset: image.source,
      image_id: image.imageId,
      patient_id: image.patientId,
      view: image.view,
      model: name,
      seed,
      finding,
      label: image.labels[f] ?? null,
      score,
      split: image.split,
      age_years: image.ageYears,
      sex: image.sex,
    };
  });
}
