import { Command } from 'commander';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nexample: viewgap doctor --json')
    .action(async (flags: { readonly json?: true }) => {
      const { doctor } = await import('../actions/doctor.ts');
      await doctor(flags, context);
    });
}
