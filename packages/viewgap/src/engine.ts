import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, nearestName, UserError } from '@viewgap/contracts';
import type { Engine, EngineName, EnginePreference } from '@viewgap/engine';
import type { Context } from './context.ts';

/** Where `viewgap prepare` writes what engine it found, below the workspace's `.viewgap`. */
export const ENGINE_FILE = join('engine', 'engine.json');

/** How a person asks for each engine. */
const ASKED: Readonly<Record<EngineName, EnginePreference>> = {
  'native-cuda': 'cuda',
  'native-cpu': 'native',
  webgpu: 'webgpu',
  wasm: 'wasm',
};

/** The engine that VIEWGAP_ENGINE asks for by name, or undefined: the best that this machine has. */
export function askedEngine(env: NodeJS.ProcessEnv): EnginePreference | undefined {
  const name = env.VIEWGAP_ENGINE;
  if (name === undefined || name === '') return undefined;
  const names = Object.values(ASKED);
  const known = names.find((engine) => engine === name);
  if (!known) throw new ConfigError('no such engine in VIEWGAP_ENGINE', name, nearestName(name, names));
  return known;
}

/**
 * Loads TensorFlow into this process: the engine asked for by name, else the one that `viewgap prepare` found, so
 * that all stages of a pipeline run on one, else the best that can be had.
 * @param cache the workspace's `.viewgap`
 */
export async function openEngine(context: Context, cache: string): Promise<Engine> {
  const { defaultCacheDir, startEngine } = await import('@viewgap/engine');
  return startEngine({
    cacheDir: defaultCacheDir(context.env),
    log: context.progress.log,
    prefer: askedEngine(context.env) ?? (await preparedEngine(join(cache, ENGINE_FILE))),
  });
}

async function preparedEngine(file: string): Promise<EnginePreference | undefined> {
  try {
    const { engine } = JSON.parse(await readFile(file, 'utf8')) as { engine?: EngineName };
    return engine && ASKED[engine];
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const cure = 'run: npx nx run engine:prepare';
    throw new UserError('what prepare wrote cannot be read', file, cure, { cause });
  }
}
