import { join, resolve } from 'node:path';
import { unitPath } from '@viewgap/artifacts';
import { ConfigError } from '@viewgap/contracts';
import type { ExportFormat, ExportOptions } from '@viewgap/train';
import { openEngine } from '../pipeline/engine.ts';
import { modelOf } from '../pipeline/model-of.ts';
import { cachesBelow, openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface ExportFlags {
  readonly pipeline?: string;
  readonly model: string;
  readonly seed?: number;
  readonly format: ExportFormat;
  readonly out: string;
}

export async function exportTrained(flags: ExportFlags, context: Context): Promise<void> {
  const { cache, ...training } =
    flags.pipeline === undefined
      ? ownTraining(flags, context)
      : await pipelineTraining(flags.pipeline, flags, context);
  await openEngine(context, cache);
  const { exportModel } = await import('@viewgap/train');
  const out = resolve(context.cwd, flags.out);
  await exportModel({ ...training, format: flags.format, out });
  context.print(`exported: ${join(out, 'README.md')}`);
}

/** What is exported. */
interface Training extends Pick<ExportOptions, 'train' | 'rebuildTrain' | 'titles'> {
  /** the workspace's `.viewgap` */
  readonly cache: string;
}

async function pipelineTraining(
  folder: string,
  { model, seed = 0 }: ExportFlags,
  context: Context,
): Promise<Training> {
  const { pipeline, unit, rebuild, cache } = await openWorkplace(folder, context);
  modelOf(pipeline.config.train.models, model, pipeline.name);
  const path = unitPath.train(model, seed);
  return {
    train: unit(path),
    rebuildTrain: rebuild(path),
    titles: pipeline.config.findings,
    cache,
  };
}

function ownTraining({ model, seed }: ExportFlags, context: Context): Training {
  if (seed !== undefined) {
    throw new ConfigError(
      '--seed without --pipeline',
      `--seed ${seed}`,
      'a training has one seed: leave it out',
    );
  }
  const { cache } = cachesBelow(context.cwd, context);
  return { train: resolve(context.cwd, model), rebuildTrain: 'train the model again', cache };
}
