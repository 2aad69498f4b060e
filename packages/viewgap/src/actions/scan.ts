import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mendable, UserError } from '@viewgap/contracts';
import { sourceOf } from '../pipeline/source-of.ts';
import { openWorkplace, type Workplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface ScanFlags {
  readonly pipeline: string;
  readonly source?: string;
}

export async function scan(flags: ScanFlags, context: Context): Promise<void> {
  const place = await openWorkplace(flags.pipeline, context);
  if (flags.source !== undefined) return scanOne(flags.source, place, context);
  for (const source of Object.keys(place.pipeline.config.sources)) {
    await scanOne(source, place, context).catch((error) => leaveOut(source, error, place, context));
  }
}

async function scanOne(source: string, place: Workplace, context: Context): Promise<void> {
  const config = sourceOf(place.pipeline, source);
  const { scanSource } = await import('@viewgap/ingest');
  await scanSource({
    name: source,
    config,
    pipelineFolder: place.pipeline.folder,
    env: context.env,
    out: listing(source, place),
    progress: context.progress,
  });
}

/** A source that cannot be listed stops the others no more than its ingest does, which fails with the same words. */
async function leaveOut(source: string, raw: unknown, place: Workplace, context: Context): Promise<void> {
  const error = mendable(raw);
  if (!(error instanceof UserError)) throw error;
  await rm(listing(source, place), { force: true });
  context.progress.log(`scan ${source}: ${error.message}`);
}

function listing(source: string, { cache, pipeline }: Workplace): string {
  return join(cache, 'listings', pipeline.name, `${source}.json`);
}
