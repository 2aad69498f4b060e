import { Command } from 'commander';
import type { SheetFlags } from '../actions/sheet.ts';
import { requiredPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(requiredPipeline())
    .requiredOption('--source <name>', 'a source of the pipeline that was ingested')
    .requiredOption('--out <file>', 'the page to write')
    .addHelpText(
      'after',
      '\nexample: viewgap sheet --pipeline pipelines/nih-sample --source nih --out out/nih.html',
    )
    .action(async (flags: SheetFlags) => {
      const { sheet } = await import('../actions/sheet.ts');
      await sheet(flags, context);
    });
}
