import { Command } from 'commander';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .requiredOption('--model <name>', 'a model that train.tuning has trials of')
    .addHelpText('after', '\nexample: viewgap tune --pipeline pipelines/study --model model2')
    .action(async (flags: { readonly pipeline: string; readonly model: string }) => {
      const { tune } = await import('../actions/tune.ts');
      await tune(flags, context);
    });
}
