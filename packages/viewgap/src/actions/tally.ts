import { join } from 'node:path';
import { tallySentence, writeFileAtomic } from '@viewgap/artifacts';
import { recordFinished } from '../pipeline/external-sets.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export async function tally(flags: { readonly pipeline: string }, context: Context): Promise<void> {
  const place = await openWorkplace(flags.pipeline, context);
  const ledger = await recordFinished(place);
  const tally = await ledger.tally();
  const path = join(place.cache, 'tally', `${place.pipeline.name}.json`);
  await writeFileAtomic(path, `${JSON.stringify(tally, null, 2)}\n`);
  context.print(`${tallySentence(tally)}: ${ledger.path}`);
}
