import { join } from 'node:path';
import { unitPath } from '@viewgap/contracts';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { sourceOf } from '../source-of.ts';
import { openWorkplace } from '../workplace.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--source <name>', 'a source of the pipeline')
    .addHelpText('after', '\nexample: viewgap ingest --pipeline pipelines/nih-sample --source nih')
    .action(async (options: { pipeline: string; source: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const { pipeline } = place;
      const config = sourceOf(pipeline, options.source);
      const { ingestSource } = await import('@viewgap/ingest');
      await ingestSource({
        name: options.source,
        config,
        settings: pipeline.config.ingest,
        pipelineFolder: pipeline.folder,
        env: context.env,
        out: place.unit(unitPath.ingest(options.source)),
        cacheDir: join(place.cache, 'readings', pipeline.name, options.source),
        store: place.store,
        progress: context.progress,
        clock: context.clock,
      });
    });
}
