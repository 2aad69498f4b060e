import { unitPath } from '@viewgap/artifacts';
import { Command } from 'commander';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .addHelpText('after', '\nexample: viewgap catalog --pipeline pipelines/nih-sample')
    .action(async (options: { pipeline: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const { config } = place.pipeline;
      const { buildCatalog } = await import('@viewgap/ingest');
      await buildCatalog({
        sources: Object.fromEntries(
          Object.keys(config.sources).map((name) => [name, place.unit(unitPath.ingest(name))]),
        ),
        config: config.catalog,
        out: place.unit(unitPath.catalog()),
        store: place.store,
        progress: context.progress,
        clock: context.clock,
        rebuild: (source: string) => place.rebuild(unitPath.ingest(source)),
      });
    });
}
