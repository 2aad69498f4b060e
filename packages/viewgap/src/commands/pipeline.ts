import { Command } from 'commander';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .addHelpText('after', '\nexample: viewgap pipeline --pipeline pipelines/nih-sample')
    .action(async (flags: { readonly pipeline: string }) => {
      const { pipeline } = await import('../actions/pipeline.ts');
      await pipeline(flags, context);
    });
}
