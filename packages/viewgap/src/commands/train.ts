import { Command } from 'commander';
import { checkpointEvery, checkpointOption } from '../options/checkpoint-every.ts';
import { pipelineOption, withoutPipeline } from '../options/pipeline-option.ts';
import { type TrainFlags, trainWork } from '../pipeline/train-work.ts';
import { trainingFolders, trainingTools } from '../pipeline/training-tools.ts';
import type { Context } from '../terminal/context.ts';
import { stoppable } from '../terminal/stop-signals.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--model <name>', 'a model of train.models')
    .option(
      '--seed <number>',
      'seed of initial weights, image order and augmentations; default: 0, of a sweep 1000',
    )
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--catalog <folder>', 'folder of the catalog'))
    .addOption(withoutPipeline('--store <folder>', 'folder of the shards; default .viewgap/store'))
    .addOption(withoutPipeline('--out <folder>', 'folder of the artifact'))
    .addOption(
      withoutPipeline(
        '--settings <file>',
        'JSON with the section train of a pipeline.json; default: model1 and model2 of the study',
      ),
    )
    .option(
      '--sweep <name=values>',
      'without a pipeline: one trial for each value of lambda, learningRate or weightDecay, compared on validation images',
    )
    .addOption(checkpointOption(context.env))
    .addHelpText(
      'after',
      '\nexample: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0' +
        '\n         viewgap train --catalog runs/nih-sample/catalog --model model2 --out out/model2' +
        '\n         viewgap train --catalog runs/nih-sample/catalog --model model2 --out out/sweep --sweep lambda=0.01,0.1,1',
    )
    .action(async (options: TrainFlags & { readonly checkpoint: string }) => {
      const every = checkpointEvery(options.checkpoint);
      if (options.sweep !== undefined) {
        const { sweep } = await import('./train-sweep.ts');
        return sweep({ ...options, sweep: options.sweep }, every, context);
      }
      const { cache, unit, weightsFolder, ...work } = await trainWork(options, context);
      const tools = await trainingTools({ ...work, cache, weightsFolder }, context);
      const { trainModel } = await import('@viewgap/train');
      const folders = trainingFolders(cache, unit, every);
      await stoppable(
        (stop) => trainModel({ ...work, ...tools, ...folders, stop }),
        process,
        () => performance.now(),
      );
    });
}
