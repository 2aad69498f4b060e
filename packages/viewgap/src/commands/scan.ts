import { Command } from 'commander';
import type { ScanFlags } from '../actions/scan.ts';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .option('--source <name>', 'one source alone; else all of them')
    .addHelpText('after', '\nexample: viewgap scan --pipeline pipelines/nih-sample')
    .action(async (flags: ScanFlags) => {
      const { scan } = await import('../actions/scan.ts');
      await scan(flags, context);
    });
}
