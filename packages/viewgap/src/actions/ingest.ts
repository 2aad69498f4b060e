import { join, resolve } from 'node:path';
import { sha256, unitPath } from '@viewgap/artifacts';
import { ConfigError, printableLine, type SourceConfig, sourceConfig } from '@viewgap/contracts';
import type { IngestOptions } from '@viewgap/ingest';
import { layoutNamed } from '../options/layout-names.ts';
import { readSettingsFile } from '../pipeline/settings-file.ts';
import { sourceOf } from '../pipeline/source-of.ts';
import { cachesBelow, openWorkplace } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface IngestFlags {
  readonly source: string;
  readonly pipeline?: string;
  readonly root?: string;
  readonly settings?: string;
  readonly out?: string;
  readonly explain?: true;
  readonly reveal?: true;
}

export async function ingest(flags: IngestFlags, context: Context): Promise<void> {
  if (flags.reveal) refuseReveal(flags, context);
  const { ingestSource, revealed } = await import('@viewgap/ingest');
  const work = { ...(await workOf(flags, context)), ...context };
  try {
    await ingestSource(work);
  } catch (error) {
    // An ingest that rejected too much has listed what.
    if (flags.explain) await explain(work, flags, context).catch(() => {});
    if (flags.reveal) context.print(printableLine(messageOf(revealed(error))));
    throw error;
  }
  if (flags.explain) await explain(work, flags, context);
}

/** @throws ConfigError where anything but a person at a terminal would get what is revealed */
function refuseReveal(flags: IngestFlags, { isSeenAlone }: Context): void {
  if (!flags.explain) throw new ConfigError('--reveal without --explain', '--reveal', 'give both');
  if (isSeenAlone) return;
  throw new ConfigError(
    'what --reveal shows must not be stored',
    '--reveal',
    'run the command on a terminal, without Nx and without a pipe or a file behind it',
  );
}

async function explain(work: IngestOptions, flags: IngestFlags, context: Context): Promise<void> {
  const { explainIngest, openRevealer } = await import('@viewgap/ingest');
  const revealer = flags.reveal ? await openRevealer(work) : undefined;
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

async function workOf(flags: IngestFlags, context: Context): Promise<Work> {
  const { source, pipeline: folder, root, out } = flags;
  if (folder !== undefined) return pipelineWork(folder, source, context);
  if (root === undefined || out === undefined) {
    throw new ConfigError(
      'neither a pipeline nor a folder',
      `--source ${source}`,
      'give --pipeline, or --root and --out',
    );
  }
  const { sources = {}, ingest: settings } = await readSettingsFile(flags.settings, context);
  const from = resolve(context.cwd, root);
  const { cache, store } = cachesBelow(context.cwd, context);
  return {
    name: source,
    config: Object.hasOwn(sources, source)
      ? { ...(sources[source] as SourceConfig), root: from }
      : sourceConfig.parse({ adapter: layoutNamed(source), root: from }),
    settings,
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
