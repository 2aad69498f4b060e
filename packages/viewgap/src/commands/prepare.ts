import { Command } from 'commander';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .option('--out <file>', 'where to write what was found; default: .viewgap/engine/engine.json')
    .addHelpText('after', '\nexample: viewgap prepare --out .viewgap/engine/engine.json')
    .action(async (flags: { readonly out?: string }) => {
      const { prepare } = await import('../actions/prepare.ts');
      await prepare(flags, context);
    });
}
