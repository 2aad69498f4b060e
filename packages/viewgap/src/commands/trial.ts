import { Command } from 'commander';
import type { TrialFlags } from '../actions/trial.ts';
import { checkpointOption } from '../options/checkpoint-every.ts';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .requiredOption('--model <name>', 'a model that train.tuning has trials of')
    .requiredOption('--trial <name>', 'a trial of it by its values, e.g. lambda-0.1')
    .addOption(checkpointOption())
    .addHelpText(
      'after',
      '\nexample: viewgap trial --pipeline pipelines/study --model model2 --trial lambda-0.1',
    )
    .action(async (flags: TrialFlags) => {
      const { trial } = await import('../actions/trial.ts');
      await trial(flags, context);
    });
}
