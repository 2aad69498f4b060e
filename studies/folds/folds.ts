/**
 * Cross-validation over folds by patient: does each model of a pipeline learn at all, is it more than others (a file of
 * settings of their own) and than a logistic regression on age, sex and view, and does it stop learning when the labels
 * are permuted? Needs the pipeline's catalog (npx nx run nih-sample/catalog:catalog).
 *
 *   npx tsx studies/folds/folds.ts --pipeline pipelines/nih-sample --folds 5
 *   npx tsx studies/folds/folds.ts --against studies/folds/from-scratch.json
 *   npx tsx studies/folds/folds.ts --pipeline pipelines/nih-sample --folds 5 --permute
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openArtifact, runFolder, Store, unitPath } from '@viewgap/artifacts';
import {
  ConfigError,
  type Metrics,
  type NamedPipeline,
  type Progress,
  readPipeline,
  UserError,
} from '@viewgap/contracts';
import { metrics } from '@viewgap/contracts/metrics';
import { defaultCacheDir, type Engine, EngineError, startEngine } from '@viewgap/engine';
import { evaluatePredictions } from '@viewgap/evaluate';
import { predictImages, pretrainedFile, trainModel } from '@viewgap/train';
import { type Contender, readContenders } from './contenders.ts';
import { FACTS_MODEL, writeFactsPredictions } from './facts-regression.ts';
import { writeFoldCatalog } from './fold-catalog.ts';
import { type Options, readOptions } from './options.ts';
import { aurocTable, differenceTable } from './tables.ts';

const log = (line: string) => process.stderr.write(`${line}\n`);
const progress: Progress = {
  log,
  start: (label) => ({ update: () => {}, finish: (note) => log(`${label}: ${note ?? 'done'}`) }),
};
const clock = () => new Date();

interface Run {
  readonly pipeline: NamedPipeline;
  readonly contenders: readonly Contender[];
  readonly engine: Engine;
  readonly store: Store;
  readonly seed: number;
  readonly folder: string;
}

async function main(options: Options): Promise<void> {
  const workspace = process.cwd();
  const pipeline = await readPipeline(resolve(options.pipeline));
  checkSources(pipeline);
  const contenders = await readContenders(pipeline, options.against);
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
    for (const out of outs) {
      folds.push(await runFold({ pipeline, contenders, engine, store, seed: options.seed, folder: out }));
      if (folds.length < outs.length) log(`${tables(folds, contenders)}\n`);
    }
    console.log(`${options.permute ? 'permuted labels, ' : ''}${tables(folds, contenders)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tables(folds: readonly Metrics[], contenders: readonly Contender[]): string {
  const names = [FACTS_MODEL, ...contenders.map(({ name }) => name)];
  return [
    `${folds.length} folds by patient, all views`,
    aurocTable(folds, names),
    differenceTable(folds, names),
  ].join('\n\n');
}

/** Evaluate makes a data set of each source, and folds are of one. */
function checkSources({ config: { sources } }: NamedPipeline): void {
  const names = Object.keys(sources);
  if (names.length === 1) return;
  throw new ConfigError(
    'folds need a pipeline with one source',
    names.join(', '),
    'name a pipeline of one source',
  );
}

async function runFold({ pipeline, contenders, engine, store, seed, folder }: Run): Promise<Metrics> {
  const catalog = join(folder, 'catalog');
  const shared = { catalog, rebuildCatalog: 'run again', store, engine, progress, clock };
  const facts = join(folder, `${FACTS_MODEL}.arrow`);
  await writeFactsPredictions(catalog, seed, facts);
  const predictions = [facts];
  for (const { name, model, rival, common, weightsFolder } of contenders) {
    const train = join(folder, name);
    const out = join(folder, `${name}-scores`);
    const cached = { cacheDir: defaultCacheDir(process.env), env: process.env, log };
    const pretrained = await pretrainedFile(common.encoder, weightsFolder, cached);
    await trainModel({ ...shared, name, model, rival, common, seed, pretrained, out: train });
    await predictImages({
      ...shared,
      train,
      rebuildTrain: 'run again',
      config: pipeline.config.predict,
      shownSources: [],
      out,
    });
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

try {
  await main(readOptions(process.argv.slice(2), process.env));
} catch (error) {
  if (!(error instanceof UserError || error instanceof EngineError)) throw error;
  log(`folds: ${error.message}`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
