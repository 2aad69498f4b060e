import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Artifact,
  beginArtifact,
  FINDINGS,
  fileEntry,
  finishArtifact,
  isFrontal,
  type ManifestFile,
  openArtifact,
  PREDICTIONS,
  type PredictConfig,
  type Progress,
  type ProgressTask,
  runFacts,
  type Store,
  type TableRow,
  trainFacts,
  UserError,
  writeFileAtomic,
  writeTable,
} from '@viewgap/contracts';
import type { Engine } from '@viewgap/engine';
import { restoreWeights } from './checkpoint.ts';
import { drawShown } from './draw-shown.ts';
import { writeEmbeddings } from './embeddings.ts';
import { type EvaluationImage, readEvaluationImages } from './evaluation-images.ts';
import { type ImageLoaders, startImageLoaders } from './image-feed.ts';
import { createModel, type Model } from './model.ts';
import { Scorer } from './score.ts';
import { ShownChoice } from './shown-choice.ts';
import { type Temperature, TemperatureFit } from './temperature.ts';
import { fitViewProbe, probeScore, type ViewProbe } from './view-probe.ts';

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
}

/** Some images with what the model says of them. */
export interface ScoredImages {
  readonly images: readonly EvaluationImage[];
  /** [images, 5] */
  readonly logits: Float32Array;
  /** [images, features] */
  readonly embeddings: Float32Array;
  readonly features: number;
  /** null: validation images, on which it is fitted, and where it could not be fitted */
  readonly probe: ViewProbe | null;
}

/**
 * Scores every validation, test and external image with a trained model: predictions.arrow (scores are logits),
 * temperature.json, shown.json with the images that it lists, and embeddings/part-*.arrow where they are asked for. Memory does not grow with the catalog.
 */
export async function predictImages(options: PredictOptions): Promise<Artifact> {
  const { store, engine, out, clock } = options;
  const started = clock();
  // Verified: a changed bit in the weights would go unnoticed and change every score.
  const trained = await openArtifact(options.train, 'train', { rebuild: options.rebuildTrain, verify: true });
  const catalog = await openArtifact(options.catalog, 'catalog', { rebuild: options.rebuildCatalog, store });
  const config = trainFacts(trained, options.rebuildTrain);
  const model = createModel(config.common, config.model, config.size, config.seed);
  const loaders = startImageLoaders(store, config.size);
  try {
    restoreWeights(model.parameters.all(), await readFile(join(trained.folder, 'weights.safetensors')));
    await beginArtifact(out);
    const { name, seed } = config;
    const validation = {
      temperatures: new TemperatureFit(),
      shown: new ShownChoice(options.config.shown, options.shownSources),
    };
    const files: ManifestFile[] = [];
    let count = 0;
    await readEvaluationImages(join(catalog.folder, 'catalog.duckdb'), async (images, groups) => {
      count = images;
      const task = options.progress.start(`predict ${name} seed ${seed}`, images, 'images');
      const scored = scoreAll(model, config.size, groups, loaders, task);
      files.push(...(await writeScores(out, options.config, scored, { name, seed }, validation)));
      task.finish(`${images} images`);
    });
    await writeFileAtomic(join(out, 'temperature.json'), temperatureJson(validation.temperatures.fit()));
    files.push(await fileEntry(out, 'temperature.json', FINDINGS.length));
    files.push(...(await drawShown(out, validation.shown.chosen(), model, config.size, store)));
    return await finishArtifact(
      out,
      {
        stage: 'predict',
        inputs: { train: trained.sha256, catalog: catalog.sha256 },
        config: { name, seed, ...options.config, engine: engine.identity },
        files,
        counts: { images: count, rows: count * FINDINGS.length },
      },
      { ...runFacts(started, clock()), engine: engine.name },
    );
  } finally {
    await loaders.close();
    model.parameters.dispose();
  }
}

/** Scores the images group by group; the probe is fitted when those of validation have gone by. */
async function* scoreAll(
  model: Model,
  size: number,
  groups: AsyncIterable<EvaluationImage[]>,
  loaders: ImageLoaders,
  task: ProgressTask,
): AsyncGenerator<ScoredImages, void, undefined> {
  const { features } = model.encoder;
  const scorer = new Scorer(model, { size, loss: null, embeddings: true });
  const examples = new ProbeExamples(features);
  let probe: ViewProbe | null = null;
  let isFitted = false;
  let done = 0;
  try {
    for await (const group of groups) {
      // A group of both kinds is two: the probe is of all validation images, and scores none of them.
      const parts = [group.filter(isValidation), group.filter((image) => !isValidation(image))];
      for (const images of parts.filter(({ length }) => length > 0)) {
        const { logits, embeddings } = await scorer.score(images, loaders, (n) => task.update(done + n));
        done += images.length;
        const validation = isValidation(images[0] as EvaluationImage);
        if (validation) examples.add(images, embeddings);
        else if (!isFitted) {
          probe = examples.fit();
          isFitted = true;
        }
        yield { images, logits, embeddings, features, probe: validation ? null : probe };
      }
    }
  } finally {
    scorer.dispose();
  }
}

function isValidation({ split }: EvaluationImage): boolean {
  return split === 'val';
}

/** Embeddings of the validation images that the probe is fitted on. */
class ProbeExamples {
  readonly #features: number;
  readonly #embeddings: Float32Array[] = [];
  readonly #isAp: number[] = [];

  constructor(features: number) {
    this.#features = features;
  }

  add(images: readonly EvaluationImage[], embeddings: Float32Array): void {
    images.forEach(({ probed, view }, i) => {
      if (!probed) return;
      this.#embeddings.push(embeddings.slice(i * this.#features, (i + 1) * this.#features));
      this.#isAp.push(view === 'AP' ? 1 : 0);
    });
  }

  fit(): ViewProbe | null {
    const embeddings = new Float32Array(this.#embeddings.length * this.#features);
    this.#embeddings.forEach((one, i) => {
      embeddings.set(one, i * this.#features);
    });
    return fitViewProbe({ embeddings, features: this.#features, isAp: Uint8Array.from(this.#isAp) });
  }
}

/** What is gathered from the validation images as they go by. */
interface Validation {
  readonly temperatures: TemperatureFit;
  readonly shown: ShownChoice;
}

interface Unit {
  readonly name: string;
  readonly seed: number;
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
      await append(rowsOf(some, unit));
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

function rowsOf({ images, logits, embeddings, features, probe }: ScoredImages, unit: Unit): TableRow[] {
  return images.flatMap((image, i) => {
    const embedding = embeddings.subarray(i * features, (i + 1) * features);
    const view_probe_score = probe && isFrontal(image.view) ? probeScore(probe, embedding) : null;
    return FINDINGS.map((finding, f): TableRow => {
      const score = logits[i * FINDINGS.length + f] as number;
      if (!Number.isFinite(score)) {
        throw new UserError(
          'a score is not finite',
          `${unit.name} seed ${unit.seed}, ${finding}`,
          'train with a lower learningRate',
        );
      }
      return {
        dataset: image.source,
        image_id: image.imageId,
        patient_id: image.patientKnown ? image.patientId : null,
        view: image.view,
        model: unit.name,
        seed: unit.seed,
        finding,
        label: image.labels[f] ?? null,
        score,
        split: image.split,
        age_years: image.ageYears,
        sex: image.sex,
        source: image.source,
        view_source: image.viewSource,
        view_conflict: image.viewConflict,
        support_devices: image.supportDevices,
        overlap: image.overlap,
        label_set: image.labelSets[f] ?? null,
        width: image.width,
        height: image.height,
        view_probe_score,
      };
    });
  });
}

/** temperature.json: what the scores may be divided by; they are not. */
function temperatureJson(findings: readonly Temperature[]): string {
  return `${JSON.stringify({ schema: 1, fitted_on: 'val', findings }, null, 2)}\n`;
}
