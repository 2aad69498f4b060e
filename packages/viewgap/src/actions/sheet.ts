import { resolve } from 'node:path';
import { openArtifact, unitPath, writeFileAtomic } from '@viewgap/artifacts';
import { counted, UserError } from '@viewgap/contracts';
import { sourceOf } from '../pipeline/source-of.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface SheetFlags {
  readonly pipeline: string;
  readonly source: string;
  readonly out: string;
}

export async function sheet({ pipeline, source, out }: SheetFlags, context: Context): Promise<void> {
  const place = await openWorkplace(pipeline, context);
  const config = sourceOf(place.pipeline, source);
  const unit = unitPath.ingest(source);
  const { store } = place;
  const rebuild = place.rebuild(unit);
  const artifact = await openArtifact(place.unit(unit), 'ingest', { rebuild, store });
  const { contactSheet, originalsOf } = await import('@viewgap/ingest');
  const { folder: pipelineFolder } = place.pipeline;
  const originals = await originalsOf({ name: source, config, pipelineFolder, env: context.env }).catch(
    (error: unknown) => {
      // The records have their pixels; only what is not used must be read again.
      if (!(error instanceof UserError)) throw error;
      context.progress.log(`no quarantined image is shown: ${error.message}`);
      return undefined;
    },
  );
  const { html, inverted } = await contactSheet(artifact, {
    store,
    rebuild,
    findings: place.pipeline.config.findings,
    ...(originals && { originals }),
  });
  await writeFileAtomic(resolve(context.cwd, out), Buffer.from(html));
  context.print(`${out}: possibly inverted: ${counted(inverted.length, 'image')}`);
}
