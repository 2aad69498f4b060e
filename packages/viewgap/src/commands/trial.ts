import { Command } from 'commander';
import { checkpointEvery, checkpointOption } from '../options/checkpoint-every.ts';
import { trialWork } from '../pipeline/train-work.ts';
import { trainingFolders, trainingTools } from '../pipeline/training-tools.ts';
import type { Context } from '../terminal/context.ts';
import { stoppable } from '../terminal/stop-signals.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model that train.tuning has trials of')
    .requiredOption('--trial <name>', 'a trial of it by its values, e.g. lambda-0.1')
    .addOption(checkpointOption(context.env))
    .addHelpText(
      'after',
      '\nexample: viewgap trial --pipeline pipelines/study --model model2 --trial lambda-0.1',
    )
    .action(async (options: { pipeline: string; model: string; trial: string; checkpoint: string }) => {
      const every = checkpointEvery(options.checkpoint);
      const { cache, unit, weightsFolder, ...work } = await trialWork(options, context);
      const tools = await trainingTools({ ...work, cache, weightsFolder }, context);
      const { runTrial } = await import('@viewgap/train');
      const folders = trainingFolders(cache, unit, every);
      await stoppable(
        (stop) => runTrial({ ...work, ...tools, ...folders, stop }),
        process,
        () => performance.now(),
      );
    });
}
