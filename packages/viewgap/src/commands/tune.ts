import { unitPath } from '@viewgap/artifacts';
import { ConfigError, nearestName, trialName, trialsOf } from '@viewgap/contracts';
import { Command } from 'commander';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .requiredOption('--pipeline <folder>', 'folder of the pipeline.json')
    .requiredOption('--model <name>', 'a model that train.tuning has trials of')
    .addHelpText('after', '\nexample: viewgap tune --pipeline pipelines/study --model model2')
    .action(async (options: { pipeline: string; model: string }) => {
      const place = await openWorkplace(options.pipeline, context);
      const { train, evaluate } = place.pipeline.config;
      const { model } = options;
      const all = trialsOf(train.tuning, evaluate.from);
      const trials = Object.hasOwn(all, model) ? all[model] : undefined;
      if (!trials) {
        const what = `no trials in train.tuning of ${place.pipeline.name}`;
        throw new ConfigError(what, model, nearestName(model, Object.keys(all)));
      }
      const { tuneModel } = await import('@viewgap/train');
      await tuneModel({
        model,
        trials: trials.map((values) => {
          const unit = unitPath.trial(model, trialName(values));
          return { values, folder: place.unit(unit), rebuild: place.rebuild(unit) };
        }),
        out: place.unit(unitPath.tune(model)),
        progress: context.progress,
        clock: context.clock,
      });
    });
}
