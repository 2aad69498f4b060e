import { join } from 'node:path';
import { tallySentence, writeFileAtomic } from '@viewgap/artifacts';
import { Command } from 'commander';
import { recordFinished } from '../pipeline/external-sets.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .addHelpText('after', '\nexample: viewgap tally --pipeline pipelines/demo')
    .action(async (options: { pipeline: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const ledger = await recordFinished(place);
      const tally = await ledger.tally();
      const path = join(place.cache, 'tally', `${place.pipeline.name}.json`);
      await writeFileAtomic(path, `${JSON.stringify(tally, null, 2)}\n`);
      context.print(`${tallySentence(tally)}: ${ledger.path}`);
    });
}
