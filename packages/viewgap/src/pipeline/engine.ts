import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@viewgap/artifacts';
import { ConfigError, nearestName, UserError } from '@viewgap/contracts';
import type { Engine, EngineName, EnginePreference, EngineReport, UnusableGpu } from '@viewgap/engine';
import type { Context } from '../terminal/context.ts';

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
 * that all stages of a pipeline run on one, else the best that can be had. Logs one line where the machine has an NVIDIA
 * GPU that it cannot use.
 * @param cache the workspace's `.viewgap`
 */
export async function openEngine(context: Context, cache: string): Promise<Engine> {
  const { defaultCacheDir, startEngine, unusableGpuLine } = await import('@viewgap/engine');
  const { log } = context.progress;
  const asked = askedEngine(context.env);
  const prepared = asked === undefined ? await preparedEngine(join(cache, ENGINE_FILE)) : null;
  if (prepared?.unusableGpu) log(unusableGpuLine(prepared.unusableGpu));
  return startEngine({
    cacheDir: defaultCacheDir(context.env),
    log,
    prefer: asked ?? prepared?.engine,
  });
}

/** Writes down what `viewgap prepare` found. @param file of the engine's identity, which trainings depend on */
export async function writePrepared(file: string, { identity, unusableGpu }: EngineReport): Promise<void> {
  await writeFileAtomic(file, json(identity));
  // In a file of its own: with it in the identity, another reason would train every model again.
  await writeFileAtomic(gpuFile(file), json(unusableGpu));
}

interface PreparedEngine {
  readonly engine: EnginePreference | undefined;
  readonly unusableGpu: UnusableGpu | null;
}

async function preparedEngine(file: string): Promise<PreparedEngine | null> {
  const identity = await readPrepared<{ engine?: EngineName }>(file);
  if (identity === null) return null;
  const gpu = await readPrepared<UnusableGpu | null>(gpuFile(file));
  const again = 'then run: npx nx run engine:prepare';
  return {
    engine: identity.engine && ASKED[identity.engine],
    unusableGpu: gpu && { ...gpu, cure: `${gpu.cure}; ${again}` },
  };
}

function gpuFile(engineFile: string): string {
  return join(dirname(engineFile), 'unusable-gpu.json');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function readPrepared<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const cure = 'run: npx nx run engine:prepare';
    throw new UserError('what prepare wrote cannot be read', file, cure, { cause });
  }
}
