import { join, resolve } from 'node:path';
import { sha256, unitPath } from '@viewgap/artifacts';
import { ConfigError, ingestConfig, printableLine, sourceConfig } from '@viewgap/contracts';
import type { IngestOptions } from '@viewgap/ingest';
import { Command } from 'commander';
import { LAYOUT_NAMES, layoutNamed } from '../options/layout-names.ts';
import { pipelineOption, withoutPipeline } from '../options/pipeline-option.ts';
import { sourceOf } from '../pipeline/source-of.ts';
import { cachesBelow, openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

interface Options {
  readonly source: string;
  readonly pipeline?: string;
  readonly root?: string;
  readonly out?: string;
  readonly explain?: boolean;
  readonly reveal?: boolean;
}

export function command(context: Context): Command {
  return new Command()
    .requiredOption(
      '--source <name>',
      `a source of the pipeline, or a layout: ${Object.keys(LAYOUT_NAMES).join(', ')}`,
    )
    .addOption(pipelineOption())
    .addOption(withoutPipeline('--root <folder>', 'folder of the source'))
    .addOption(withoutPipeline('--out <folder>', 'folder of the artifact'))
    .option('--explain', 'list what is not used, and why')
    .option(
      '--reveal',
      "with --explain: a private source's paths, ids and texts in place of pseudonyms, on a terminal only",
    )
    .addHelpText(
      'after',
      '\nexamples: viewgap ingest --pipeline pipelines/nih-sample --source nih' +
        '\n          viewgap ingest --source nih --root /data/nih --out out/nih --explain',
    )
    .action(async (options: Options) => {
      if (options.reveal) refuseReveal(options, context);
      const { ingestSource, revealed } = await import('@viewgap/ingest');
      const work = { ...(await workOf(options, context)), ...context };
      try {
        await ingestSource(work);
      } catch (error) {
        // An ingest that rejected too much has listed what.
        if (options.explain) await explain(work, options, context).catch(() => {});
        if (options.reveal) context.print(printableLine(messageOf(revealed(error))));
        throw error;
      }
      if (options.explain) await explain(work, options, context);
    });
}

/** @throws ConfigError where anything but a person at a terminal would get what is revealed */
function refuseReveal(options: Options, { isSeenAlone }: Context): void {
  if (!options.explain) throw new ConfigError('--reveal without --explain', '--reveal', 'give both');
  if (isSeenAlone) return;
  throw new ConfigError(
    'what --reveal shows must not be stored',
    '--reveal',
    'run the command on a terminal, without Nx and without a pipe or a file behind it',
  );
}

async function explain(work: IngestOptions, options: Options, context: Context): Promise<void> {
  const { explainIngest, openRevealer } = await import('@viewgap/ingest');
  const revealer = options.reveal ? await openRevealer(work) : undefined;
  try {
    for (const line of await explainIngest(work.out, revealer)) context.print(line);
  } finally {
    await revealer?.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type Work = Omit<IngestOptions, 'env' | 'progress' | 'clock'>;

async function workOf(options: Options, context: Context): Promise<Work> {
  const { source, pipeline: folder, root, out } = options;
  if (folder !== undefined) return pipelineWork(folder, source, context);
  if (root === undefined || out === undefined) {
    throw new ConfigError(
      'neither a pipeline nor a folder',
      `--source ${source}`,
      'give --pipeline, or --root and --out',
    );
  }
  const adapter = layoutNamed(source);
  const from = resolve(context.cwd, root);
  const { cache, store } = cachesBelow(context.cwd, context);
  return {
    name: source,
    config: sourceConfig.parse({ adapter, root: from }),
    settings: ingestConfig.parse({}),
    pipelineFolder: context.cwd,
    out: resolve(context.cwd, out),
    cacheDir: join(cache, 'readings', `${source}-${sha256(from).slice(0, 16)}`),
    store,
  };
}

async function pipelineWork(folder: string, source: string, context: Context): Promise<Work> {
  const place = await openWorkplace(folder, context);
  const { pipeline } = place;
  return {
    name: source,
    config: sourceOf(pipeline, source),
    settings: pipeline.config.ingest,
    pipelineFolder: pipeline.folder,
    out: place.unit(unitPath.ingest(source)),
    cacheDir: join(place.cache, 'readings', pipeline.name, source),
    store: place.store,
  };
}
