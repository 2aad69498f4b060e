/**
 * Cross-validation over folds by patient: does each model of a pipeline learn at all, and does it stop learning
 * when the labels are permuted? Needs the pipeline's catalog (npx nx run nih-sample/catalog:catalog).
 *
 *   npx tsx tools/folds/folds.ts --pipeline pipelines/nih-sample --folds 5
 *   npx tsx tools/folds/folds.ts --pipeline pipelines/nih-sample --folds 5 --permute
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Metrics,
  metrics,
  type NamedPipeline,
  openArtifact,
  type Progress,
  readPipeline,
  runFolder,
  Store,
  UserError,
  unitPath,
} from '@viewgap/contracts';
import { defaultCacheDir, type Engine, EngineError, startEngine } from '@viewgap/engine';
import { evaluatePredictions } from '@viewgap/evaluate';
import { predictImages, pretrainedFile, trainModel } from '@viewgap/train';
import { writeFoldCatalog } from './fold-catalog.ts';
import { type Options, readOptions } from './options.ts';

const log = (line: string) => process.stderr.write(`${line}\n`);
const progress: Progress = {
  log,
  start: (label) => ({ update: () => {}, finish: (note) => log(`${label}: ${note ?? 'done'}`) }),
};
const clock = () => new Date();

interface Run {
  readonly pipeline: NamedPipeline;
  readonly engine: Engine;
  readonly store: Store;
  readonly seed: number;
  readonly folder: string;
}

async function main(options: Options): Promise<void> {
  const workspace = process.cwd();
  const pipeline = await readPipeline(resolve(options.pipeline));
  const store = new Store(process.env.VIEWGAP_STORE ?? join(workspace, '.viewgap/store'));
  const catalog = await openArtifact(runFolder(workspace, pipeline.name, unitPath.catalog()), 'catalog', {
    rebuild: `npx nx run ${pipeline.name}/catalog:catalog`,
    store,
  });
  const engine = await startEngine({
    cacheDir: defaultCacheDir(process.env),
    log,
    prefer: options.prefer,
  });
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-folds-'));
  try {
    const outs = Array.from({ length: options.folds }, (_, index) => join(folder, `fold-${index}`));
    // All at once: the pipeline may write another catalog while the folds are trained.
    for (const [index, out] of outs.entries()) {
      const fold = { index, count: outs.length, seed: options.seed, permute: options.permute };
      await writeFoldCatalog(catalog, fold, join(out, 'catalog'));
    }
    const folds: Metrics[] = [];
    for (const out of outs)
      folds.push(await runFold({ pipeline, engine, store, seed: options.seed, folder: out }));
    printMeans(folds, Object.keys(pipeline.config.train.models), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runFold({ pipeline, engine, store, seed, folder }: Run): Promise<Metrics> {
  const shared = {
    catalog: join(folder, 'catalog'),
    rebuildCatalog: 'run again',
    store,
    engine,
    progress,
    clock,
  };
  const predictions: string[] = [];
  const { models } = pipeline.config.train;
  for (const [name, model] of Object.entries(models)) {
    const train = join(folder, name);
    const out = join(folder, `${name}-scores`);
    const { common } = pipeline.config.train;
    const cached = { cacheDir: defaultCacheDir(process.env), env: process.env, log };
    const pretrained = await pretrainedFile(common.encoder, pipeline.folder, cached);
    const rival = models[model.control?.flopsOf ?? ''] ?? null;
    await trainModel({ ...shared, name, model, rival, common, seed, pretrained, out: train });
    await predictImages({ ...shared, train, rebuildTrain: 'run again', out });
    predictions.push(join(out, 'predictions.arrow'));
  }
  const out = join(folder, 'evaluate');
  await evaluatePredictions({
    predictions,
    inputs: {},
    config: pipeline.config.evaluate,
    out,
    progress,
    clock,
  });
  return metrics.parse(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')));
}

/** Folds share no patient, so the variance of their mean is the sum of theirs over the square of their number. */
function printMeans(folds: readonly Metrics[], models: readonly string[], { permute }: Options): void {
  console.log(`${permute ? 'permuted labels, ' : ''}${folds.length} folds by patient, mAUROC (all views)`);
  for (const model of models) {
    const cells = folds.flatMap((fold) =>
      fold.cells.filter(
        (c) => c.model === model && c.seed === null && c.finding === 'mean' && c.view === 'all',
      ),
    );
    const areas = cells.map(({ auroc, se }) => {
      if (auroc === null || se === null) throw new Error(`a fold of ${model} has no mAUROC`);
      return { auroc, se };
    });
    const mean = areas.reduce((sum, { auroc }) => sum + auroc, 0) / areas.length;
    const se = Math.sqrt(areas.reduce((sum, area) => sum + area.se ** 2, 0)) / areas.length;
    const [low, high] = [mean - 1.96 * se, mean + 1.96 * se];
    console.log(
      `${model}  ${mean.toFixed(3)}  95 % CI ${low.toFixed(3)} to ${high.toFixed(3)}  (folds: ${areas.map(({ auroc }) => auroc.toFixed(3)).join(', ')})`,
    );
  }
}

try {
  await main(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  if (!(error instanceof UserError || error instanceof EngineError)) throw error;
  log(`folds: ${error.message}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
