import { Command } from 'commander';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .addHelpText('after', '\nexample: viewgap tally --pipeline pipelines/demo')
    .action(async (flags: { readonly pipeline: string }) => {
      const { tally } = await import('../actions/tally.ts');
      await tally(flags, context);
    });
}
