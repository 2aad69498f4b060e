import { resolve } from 'node:path';
import { ingestFacts, openArtifact, unitPath } from '@viewgap/artifacts';
import { ConfigError } from '@viewgap/contracts';
import type { BuildCatalogOptions } from '@viewgap/ingest';
import { readSettingsFile } from '../pipeline/settings-file.ts';
import { cachesBelow, openWorkplace, storeOf } from '../pipeline/workplace.ts';
import type { Context } from '../terminal/context.ts';

export interface CatalogFlags {
  readonly pipeline?: string;
  readonly ingest?: readonly string[];
  readonly settings?: string;
  readonly store?: string;
  readonly out?: string;
}

type Work = Omit<BuildCatalogOptions, 'progress' | 'clock'>;

export async function catalog(flags: CatalogFlags, context: Context): Promise<void> {
  const work =
    flags.pipeline === undefined
      ? await ownWork(flags, context)
      : await pipelineWork(flags.pipeline, context);
  const { buildCatalog } = await import('@viewgap/ingest');
  const { progress, clock } = context;
  await buildCatalog({ ...work, progress, clock });
}

async function pipelineWork(folder: string, context: Context): Promise<Work> {
  const place = await openWorkplace(folder, context);
  const { config } = place.pipeline;
  const sources = Object.keys(config.sources).map((name) => [name, place.unit(unitPath.ingest(name))]);
  return {
    sources: Object.fromEntries(sources),
    config: config.catalog,
    out: place.unit(unitPath.catalog()),
    store: place.store,
    rebuild: (source) => place.rebuild(unitPath.ingest(source)),
  };
}

async function ownWork({ ingest, settings, store, out }: CatalogFlags, context: Context): Promise<Work> {
  if (ingest === undefined || out === undefined) {
    throw new ConfigError(
      'neither a pipeline nor ingested sources',
      'catalog',
      'give --pipeline, or --ingest and --out',
    );
  }
  const { catalog: config } = await readSettingsFile(settings, context);
  const sources: Record<string, string> = {};
  for (const folder of ingest.map((path) => resolve(context.cwd, path))) {
    const { name } = ingestFacts(await openArtifact(folder, 'ingest', { rebuild: REBUILD }), REBUILD);
    if (sources[name] !== undefined) {
      throw new ConfigError(
        'two sources have the same name',
        name,
        'ingest one of them with another --source',
      );
    }
    sources[name] = folder;
  }
  return {
    sources,
    config,
    out: resolve(context.cwd, out),
    store: storeOf(store, cachesBelow(context.cwd, context), context),
    rebuild: () => REBUILD,
  };
}

const REBUILD = 'ingest the source again';
