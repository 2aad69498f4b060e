import { ScoredLedger, unitPath } from '@viewgap/artifacts';
import { Command } from 'commander';
import { externalSets } from '../pipeline/external-sets.ts';
import { tunedModels } from '../pipeline/frozen-choice.ts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .addHelpText('after', '\nexample: viewgap report --pipeline pipelines/nih-sample')
    .action(async (options: { pipeline: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const { name, config } = place.pipeline;
      const isScored = externalSets(place.pipeline).length > 0;
      const { writeReport } = await import('@viewgap/report');
      await writeReport({
        evaluate: place.unit(unitPath.evaluate()),
        catalog: place.unit(unitPath.catalog()),
        trains: Object.keys(config.train.models).flatMap((model) =>
          config.train.seeds.map((seed) => ({
            model,
            seed,
            folder: place.unit(unitPath.train(model, seed)),
          })),
        ),
        tunes: tunedModels(config).map((model) => ({ model, folder: place.unit(unitPath.tune(model)) })),
        scored: isScored ? await new ScoredLedger(place.pipeline.folder).tally() : null,
        predicts: Object.keys(config.train.models).map((model) => {
          const seed = config.train.seeds[0] ?? 0;
          return { model, seed, folder: place.unit(unitPath.predict(model, seed)) };
        }),
        config: config.report,
        pipelineName: name,
        out: place.unit(unitPath.report()),
        progress: context.progress,
        clock: context.clock,
        rebuild: (unit: string) => place.rebuild(unit),
      });
    });
}
