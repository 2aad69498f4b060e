import { Command } from 'commander';
import type { PhantomFlags } from '../actions/phantom.ts';
import { addPhantomOptions } from '../options/phantom-options.ts';
import { withPipeline } from '../options/pipeline-option.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  const described = new Command()
    .option('--pipeline <folder>', 'folder of a pipeline.json that has phantoms')
    .addOption(withPipeline('--source <name>', 'one source alone; else all that have phantoms', 'layout'));
  return addPhantomOptions(described)
    .addHelpText(
      'after',
      '\nexamples: viewgap phantom --layout chexpert --images 100 --seed 1 --out out/chexpert' +
        '\n          viewgap phantom --layout dicom-folder --images 40 --present 유 --absent 무 --out out/hospital',
    )
    .action(async (flags: PhantomFlags) => {
      const { phantom } = await import('../actions/phantom.ts');
      await phantom(flags, context);
    });
}
