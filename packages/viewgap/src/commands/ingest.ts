import { Command } from 'commander';
import type { IngestFlags } from '../actions/ingest.ts';
import { LAYOUT_NAMES } from '../options/layout-names.ts';
import { outOption, pipelineOption, settingsOption, withoutPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption(
      '--source <name>',
      `a source of the pipeline or of the settings, or a layout: ${Object.keys(LAYOUT_NAMES).join(', ')}`,
    )
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--root <folder>', 'folder of the source'))
    .addOption(settingsOption('ingest', 'sources'))
    .addOption(outOption())
    .option('--explain', 'list what is not used, and why')
    .option(
      '--reveal',
      "with --explain: a private source's paths, ids and texts in place of pseudonyms, on a terminal only",
    )
    .addHelpText(
      'after',
      '\nexamples: viewgap ingest --pipeline pipelines/nih-sample --source nih' +
        '\n          viewgap ingest --source nih --root /data/nih --out out/nih --explain',
    )
    .action(async (flags: IngestFlags) => {
      const { ingest } = await import('../actions/ingest.ts');
      await ingest(flags, context);
    });
}
