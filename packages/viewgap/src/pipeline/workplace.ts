import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { runFolder, Store, unitPath } from '@viewgap/artifacts';
import { type NamedPipeline, readPipeline } from '@viewgap/contracts';
import type { Context } from '../terminal/context.ts';

/** A pipeline with the places where its units of work read and write. */
export interface Workplace {
  readonly pipeline: NamedPipeline;
  readonly store: Store;
  /** `.viewgap`: listings, readings, checkpoints: caches that may be deleted at any time */
  readonly cache: string;
  /** folder of a unit's artifact, e.g. `train/model1/seed-0` */
  unit(path: string): string;
  /** the command that makes a unit's artifact again */
  rebuild(path: string): string;
}

export async function openWorkplace(folder: string, context: Context): Promise<Workplace> {
  const pipeline = await readPipeline(resolve(context.cwd, folder));
  const root = workspaceOf(pipeline.folder) ?? context.cwd;
  return {
    pipeline,
    ...cachesBelow(root, context),
    unit: (path) => runFolder(root, pipeline.name, path),
    rebuild: (path) => `run: npx nx run ${pipeline.name}/${path}:${path.split('/')[0]}`,
  };
}

/** Where readings and shards are kept below a folder. */
export function cachesBelow(root: string, { cwd, env }: Context): Pick<Workplace, 'cache' | 'store'> {
  const cache = join(root, '.viewgap');
  return {
    cache,
    store: new Store(env.VIEWGAP_STORE ? resolve(cwd, env.VIEWGAP_STORE) : join(cache, 'store')),
  };
}

/** The store that --store names, else the one below the workspace. */
export function storeOf(
  folder: string | undefined,
  { store }: Pick<Workplace, 'store'>,
  { cwd }: Context,
): Store {
  return folder === undefined ? store : new Store(resolve(cwd, folder));
}

/** Folder of the pipeline.json that a catalog was made for, by where it lies: null for a catalog of its own. */
export function pipelineOfCatalog(catalog: string): string | null {
  const root = workspaceOf(catalog);
  const name = basename(dirname(catalog));
  if (root === null || catalog !== runFolder(root, name, unitPath.catalog())) return null;
  const folder = join(root, 'pipelines', name);
  return existsSync(join(folder, 'pipeline.json')) ? folder : null;
}

function workspaceOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, 'nx.json'))) return at;
    if (dirname(at) === at) return null;
  }
}
