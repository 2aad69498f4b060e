import { unitPath } from '@viewgap/artifacts';
import { ConfigError, nearestName, trialName, trialsOf } from '@viewgap/contracts';
import { openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export async function tune(
  flags: { readonly pipeline: string; readonly model: string },
  context: Context,
): Promise<void> {
  const place = await openWorkplace(flags.pipeline, context);
  const { train, evaluate } = place.pipeline.config;
  const { model } = flags;
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
}
