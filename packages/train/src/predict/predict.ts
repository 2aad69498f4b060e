import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  fileEntry,
  finishArtifact,
  type ManifestFile,
  openArtifact,
  PREDICTIONS,
  runFacts,
  type Store,
  type TrainFacts,
  trainFacts,
  writeFileAtomic,
  writeTable,
} from '@viewgap/artifacts';
import { counted, FINDINGS, isFrontal, type PredictConfig, type Progress } from '@viewgap/contracts';
import type { Engine } from '@viewgap/engine';
import { greysOf } from '../batches/intensity.ts';
import { type EvaluationImage, readEvaluationImages } from '../catalog/evaluation-images.ts';
import { createModel } from '../model/model.ts';
import { restoreWeights } from '../model/weights.ts';
import { startImageLoaders } from '../pixels/image-feed.ts';
import { drawShown } from './draw-examples.ts';
import { writeEmbeddings } from './embeddings.ts';
import { ShownChoice } from './example-choice.ts';
import { predictionRows, type Unit } from './prediction-rows.ts';
import { isValidation, type ScoredImages, scoreAll } from './scored-images.ts';
import { type Temperature, TemperatureFit } from './temperature.ts';

export interface PredictOptions {
  /** folder of the training's artifact */
  readonly train: string;
  readonly rebuildTrain: string;
  readonly catalog: string;
  readonly rebuildCatalog: string;
  readonly config: PredictConfig;
  /** sources whose pixels may be drawn for the report */
  readonly shownSources: readonly string[];
  readonly store: Store;
  readonly engine: Engine;
  readonly out: string;
  readonly progress: Progress;
  readonly clock: () => Date;
  /** called when all images are scored, before there is an artifact that says so */
  readonly scored?: (train: TrainFacts) => Promise<void>;
}

/**
 * Scores every validation, test and external image with a trained model: predictions.arrow (scores are logits),
 * temperature.json, shown.json with the pictures that it lists, and embeddings/part-*.arrow where they are asked for. Of
 * the catalog some thousand images are in memory at a time.
 */
export async function predictImages(options: PredictOptions): Promise<Artifact> {
  const { store, engine, out, clock } = options;
  const started = clock();
  // Verified: a changed bit in the weights would go unnoticed and change every score.
  const trained = await openArtifact(options.train, 'train', { rebuild: options.rebuildTrain, verify: true });
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog, store });
  const config = trainFacts(trained, options.rebuildTrain);
  const model = createModel(config.common, config.model, config.size, config.seed);
  const network = { model, size: config.size, greysOf: greysOf(config.common, config.greys) };
  const loaders = startImageLoaders(store, config.size);
  try {
    restoreWeights(model.parameters.all(), await readFile(join(trained.folder, 'weights.safetensors')));
    await beginArtifact(out);
    const { name, seed } = config;
    const validation = {
      temperatures: new TemperatureFit(),
      shown: new ShownChoice(options.config.shown, options.shownSources),
    };
    let scores: ManifestFile[] = [];
    let count = 0;
    await readEvaluationImages(join(catalog.folder, 'catalog.duckdb'), async (images, groups) => {
      count = images;
      const task = options.progress.start(`predict ${name} seed ${seed}`, images, 'image');
      const scored = scoreAll(network, groups, loaders, task);
      scores = await writeScores(out, options.config, scored, { name, seed }, validation);
      task.finish(counted(images, 'image'));
    });
    await writeFileAtomic(join(out, 'temperature.json'), temperatureJson(validation.temperatures.fit()));
    const temperatures = await fileEntry(out, 'temperature.json', FINDINGS.length);
    const shown = await drawShown(out, validation.shown.chosen(), network, store);
    await options.scored?.(config);
    return await finishArtifact(
      out,
      {
        stage: 'predict',
        inputs: { train: trained.sha256, catalog: catalog.sha256 },
        config: { name, seed, ...options.config, engine: engine.identity },
        files: [...scores, temperatures, ...shown],
        counts: { images: count, rows: count * FINDINGS.length },
      },
      { ...runFacts(started, clock()), engine: engine.name },
    );
  } finally {
    await loaders.close();
    model.parameters.dispose();
  }
}

/** What is collected while the validation images are scored. */
interface Validation {
  readonly temperatures: TemperatureFit;
  readonly shown: ShownChoice;
}

async function writeScores(
  out: string,
  config: PredictConfig,
  scored: AsyncGenerator<ScoredImages, void, undefined>,
  unit: Unit,
  validation: Validation,
): Promise<ManifestFile[]> {
  let parts: ManifestFile[] = [];
  const rows = await writeTable(join(out, 'predictions.arrow'), PREDICTIONS, async (append) => {
    const use = async (some: ScoredImages) => {
      some.images.forEach((image, i) => {
        validation.shown.offer(image);
        addScores(validation.temperatures, image, some.logits.subarray(i * FINDINGS.length));
      });
      await append(predictionRows(some, unit));
    };
    if (config.embeddings) parts = await writeEmbeddings(out, scored, use);
    else for await (const some of scored) await use(some);
  });
  return [await fileEntry(out, 'predictions.arrow', rows), ...parts];
}

function addScores(fit: TemperatureFit, image: EvaluationImage, logits: Float32Array): void {
  if (!isValidation(image) || !isFrontal(image.view)) return;
  image.labels.forEach((label, f) => {
    if (label !== null) fit.add(f, logits[f] as number, label);
  });
}

/** temperature.json: what the scores may be divided by; they are not. */
function temperatureJson(findings: readonly Temperature[]): string {
  return `${JSON.stringify({ schema: 1, fitted_on: 'val', findings }, null, 2)}\n`;
}
