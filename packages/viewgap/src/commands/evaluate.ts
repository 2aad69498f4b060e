import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, openArtifact, unitPath } from '@viewgap/contracts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { openWorkplace } from '../workplace.ts';

interface Options {
  readonly pipeline?: string;
  readonly predictions?: string[];
  readonly out?: string;
  readonly from: string;
  readonly to: string;
}

export function command(context: Context): Command {
  return new Command()
    .option('--pipeline <folder>', 'folder of the pipeline.json')
    .option('--predictions <files...>', 'predictions tables instead of a pipeline: arrow, csv or parquet')
    .option('--out <folder>', 'where to write, with --predictions')
    .option('--from <model>', 'with --predictions: the model that changes are measured from', 'model1')
    .option('--to <model>', 'with --predictions: the model that changes are measured to', 'model2')
    .addHelpText(
      'after',
      '\nexamples: viewgap evaluate --pipeline pipelines/nih-sample\n          viewgap evaluate --predictions scores.parquet --from resnet --to vit --out out',
    )
    .action(async (options: Options) => {
      if (options.pipeline !== undefined) await evaluatePipeline(options.pipeline, context);
      else await evaluateFiles(options, context);
    });
}

async function evaluatePipeline(folder: string, context: Context): Promise<void> {
  const place = await openWorkplace(folder, context);
  const { config } = place.pipeline;
  const predictions: string[] = [];
  const inputs: Record<string, string> = {};
  for (const model of Object.keys(config.train.models)) {
    for (const seed of config.train.seeds) {
      const unit = unitPath.predict(model, seed);
      const artifact = await openArtifact(place.unit(unit), 'predict', { rebuild: place.rebuild(unit) });
      predictions.push(join(artifact.folder, 'predictions.arrow'));
      inputs[unit] = artifact.sha256;
    }
  }
  const { evaluatePredictions } = await import('@viewgap/evaluate');
  await evaluatePredictions({
    predictions,
    inputs,
    config: config.evaluate,
    out: place.unit(unitPath.evaluate()),
    progress: context.progress,
    clock: context.clock,
  });
}

async function evaluateFiles(options: Options, context: Context): Promise<void> {
  const { predictions, out } = options;
  if (!predictions || !out) {
    throw new ConfigError(
      'nothing to evaluate',
      'no --pipeline',
      'give --pipeline <folder>, or --predictions <files...> --out <folder>',
    );
  }
  const folder = resolve(context.cwd, out);
  await refuseForeignFiles(folder);
  const { evaluatePredictions } = await import('@viewgap/evaluate');
  const artifact = await evaluatePredictions({
    predictions: predictions.map((file) => resolve(context.cwd, file)),
    inputs: {},
    config: { from: options.from, to: options.to, primary: null, findings: null },
    out: folder,
    progress: context.progress,
    clock: context.clock,
  });
  context.print(`metrics: ${join(artifact.folder, 'metrics.json')}`);
}

/** What evaluate writes, finished or killed. */
const OWN = /^(metrics\.json|metrics\.duckdb(\.wal)?|manifest\.json|run\.json|\.tmp-.*)$/;

/** A stage empties its folder before it writes: one that holds anything else is not evaluate's to empty. */
async function refuseForeignFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const foreign = names.find((name) => !OWN.test(name));
  if (foreign === undefined) return;
  throw new ConfigError(
    '--out holds a file that evaluate did not write',
    join(folder, foreign),
    'name an empty folder',
  );
}
