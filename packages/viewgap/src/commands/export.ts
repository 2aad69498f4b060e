import { join, resolve } from 'node:path';
import { unitPath } from '@viewgap/artifacts';
import { Command } from 'commander';
import { openEngine } from '../pipeline/engine.ts';
import { modelOf, seedOf } from '../pipeline/model-of.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

interface Options {
  readonly pipeline: string;
  readonly model: string;
  readonly seed: string;
  readonly format: string;
  readonly out: string;
}

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model of train.models')
    .option('--seed <number>', 'seed that the model was trained with', '0')
    .requiredOption('--format <name>', 'savedmodel (TensorFlow) or safetensors (PyTorch)')
    .requiredOption('--out <folder>', 'folder for the files')
    .addHelpText(
      'after',
      '\nexample: viewgap export --pipeline pipelines/nih-sample --model model2 --format safetensors --out model2',
    )
    .action(async (options: Options) => {
      const place = await openWorkplace(options.pipeline, context);
      modelOf(place.pipeline.config.train.models, options.model, place.pipeline.name);
      const unit = unitPath.train(options.model, seedOf(options.seed));
      await openEngine(context, place.cache);
      const { exportModel } = await import('@viewgap/train');
      const out = resolve(context.cwd, options.out);
      await exportModel({
        train: place.unit(unit),
        rebuildTrain: place.rebuild(unit),
        format: options.format,
        out,
      });
      context.print(`exported: ${join(out, 'README.md')}`);
    });
}
