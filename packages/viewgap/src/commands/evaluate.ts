import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openArtifact, unitPath } from '@viewgap/artifacts';
import { ConfigError } from '@viewgap/contracts';
import { Command } from 'commander';
import { addFileOptions, configOf, type FileOptions, layoutOf } from '../options/evaluate-options.ts';
import { pipelineOption } from '../options/pipeline-option.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

interface Options extends FileOptions {
  readonly pipeline?: string;
}

const EXAMPLES = `
examples: viewgap evaluate --pipeline pipelines/nih-sample
          viewgap evaluate --predictions scores.parquet --from resnet --to vit --bootstrap 2000 --out out
          viewgap evaluate --predictions preds.csv --wide "prob_{finding}" --labels labels.csv --set dataset=nih \\
            --set model=model1 --map image_id="Image Index" --out out`;

export function command(context: Context): Command {
  return addFileOptions(new Command().addOption(pipelineOption()))
    .addHelpText('after', EXAMPLES)
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

async function evaluateFiles(options: FileOptions, context: Context): Promise<void> {
  const { predictions, out } = options;
  if (!predictions || !out) {
    throw new ConfigError(
      'nothing to evaluate',
      'no --pipeline',
      'give --pipeline <folder>, or --predictions <files...> --out <folder>',
    );
  }
  const [config, layout] = [configOf(options), layoutOf(options)];
  const folder = resolve(context.cwd, out);
  await refuseForeignFiles(folder);
  const { evaluatePredictions } = await import('@viewgap/evaluate');
  const artifact = await evaluatePredictions({
    predictions: predictions.map((file) => resolve(context.cwd, file)),
    inputs: {},
    config,
    layout: { ...layout, labels: layout.labels === null ? null : resolve(context.cwd, layout.labels) },
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
