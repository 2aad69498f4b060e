import { Command } from 'commander';
import type { CatalogFlags } from '../actions/catalog.ts';
import {
  outOption,
  pipelineOption,
  settingsOption,
  storeOption,
  withoutPipeline,
} from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--ingest <folders...>', 'folders of the ingested sources'))
    .addOption(settingsOption('catalog'))
    .addOption(storeOption())
    .addOption(outOption())
    .addHelpText(
      'after',
      '\nexamples: viewgap catalog --pipeline pipelines/nih-sample' +
        '\n          viewgap catalog --ingest out/nih out/chexpert --out out/catalog',
    )
    .action(async (flags: CatalogFlags) => {
      const { catalog } = await import('../actions/catalog.ts');
      await catalog(flags, context);
    });
}
