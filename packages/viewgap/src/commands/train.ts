import { Command } from 'commander';
import type { TrainCommandFlags } from '../actions/train.ts';
import { checkpointOption } from '../options/checkpoint-every.ts';
import {
  catalogOptions,
  pipelineOption,
  settingsOption,
  withoutPipeline,
} from '../options/pipeline-option.ts';
import { wholeNumber } from '../options/values.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  const command = new Command()
    .requiredOption('--model <name>', 'a model of train.models')
    .option(
      '--seed <number>',
      'seed of initial weights, image order and augmentations; default: 0, of a sweep 1000',
      wholeNumber(0),
    )
    .addOption(pipelineOption());
  for (const option of catalogOptions()) command.addOption(option);
  return command
    .addOption(settingsOption('train'))
    .addOption(
      withoutPipeline(
        '--sweep <name=values>',
        'one trial for each value of lambda, learningRate or weightDecay, compared on validation images; a pipeline has train.tuning for that',
      ),
    )
    .addOption(checkpointOption())
    .addHelpText(
      'after',
      '\nexample: viewgap train --pipeline pipelines/nih-sample --model model1 --seed 0' +
        '\n         viewgap train --catalog runs/nih-sample/catalog --model model2 --out out/model2' +
        '\n         viewgap train --catalog runs/nih-sample/catalog --model model2 --out out/sweep --sweep lambda=0.01,0.1,1',
    )
    .action(async (flags: TrainCommandFlags) => {
      const { train } = await import('../actions/train.ts');
      await train(flags, context);
    });
}
