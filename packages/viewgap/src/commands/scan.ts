import { join } from 'node:path';
import { Command } from 'commander';
import type { Context } from '../context.ts';
import { sourceOf } from '../source-of.ts';
import { openWorkplace } from '../workplace.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--source <name>', 'a source of the pipeline')
    .addHelpText('after', '\nexample: viewgap scan --pipeline pipelines/nih-sample --source nih')
    .action(async (options: { pipeline: string; source: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const config = sourceOf(place.pipeline, options.source);
      const { scanSource } = await import('@viewgap/ingest');
      await scanSource({
        name: options.source,
        config,
        pipelineFolder: place.pipeline.folder,
        env: context.env,
        out: join(place.cache, 'listings', place.pipeline.name, `${options.source}.json`),
        progress: context.progress,
      });
    });
}
