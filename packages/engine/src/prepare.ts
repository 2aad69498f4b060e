import { EngineError } from './engine-error.ts';
import type { EngineIdentity, EnginePreference, EngineReport, EngineStep } from './engine-report.ts';
import { findOrBuild } from './native-build.ts';
import { checkNativePlatform, type Platform, readPlatform, whyNotCuda } from './platform.ts';
import { type Recipe, readRecipe, WHEEL } from './recipe.ts';

export interface PrepareOptions {
  /** Where engines are kept, per user and outside the workspace: see defaultCacheDir. */
  readonly cacheDir: string;
  /** Takes one line at a time for a person who waits. */
  readonly log: (line: string) => void;
  /** An engine asked for by name: it, or an error. Absent: the first that works. */
  readonly prefer?: EnginePreference | undefined;
  /** Environment of the programs that are run: PATH, CXX, pip's settings. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A report, and the folder of the native engine when that was taken. */
export interface Prepared {
  readonly report: EngineReport;
  readonly folder: string | null;
}

/**
 * Finds the engine that this machine can run on, building the native one once per user, and says why those before it
 * were passed by. Nothing is loaded into this process.
 *
 * @throws EngineError only when the engine asked for by name cannot be had.
 */
export async function prepareEngine(options: PrepareOptions): Promise<EngineReport> {
  return (await prepare(options)).report;
}

/** As prepareEngine, with where it is. */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { cacheDir, prefer, env = process.env } = options;
  const recipe = readRecipe();
  const platform = readPlatform(env);
  const steps: EngineStep[] = [
    passed('native-cuda', prefer === 'wasm' ? ASKED_FOR_WASM : whyNotCuda(platform)),
  ];
  const native = prefer === 'wasm' ? ASKED_FOR_WASM : await tryNative(recipe, platform, { ...options, env });
  if (typeof native !== 'string') {
    const step = { candidate: 'native-cpu', taken: true, why: native.why } as const;
    const report = {
      engine: 'native-cpu',
      identity: nativeIdentity(recipe),
      steps: [...steps, step],
      cacheDir,
    } as const;
    return { report, folder: native.folder };
  }
  steps.push(passed('native-cpu', native));
  steps.push(passed('webgpu', prefer === 'wasm' ? ASKED_FOR_WASM : 'this release does not drive WebGPU'));
  const why = prefer === 'wasm' ? 'asked for by name' : 'runs wherever Node does';
  steps.push({ candidate: 'wasm', taken: true, why });
  return { report: { engine: 'wasm', identity: wasmIdentity(recipe), steps, cacheDir }, folder: null };
}

const ASKED_FOR_WASM = 'wasm was asked for by name';

function passed(candidate: EngineStep['candidate'], why: string): EngineStep {
  return { candidate, taken: false, why };
}

/** The native engine's folder, or why it cannot be had; when it was asked for by name, that is an error. */
async function tryNative(
  recipe: Recipe,
  platform: Platform,
  { cacheDir, log, prefer, env }: PrepareOptions & { env: NodeJS.ProcessEnv },
): Promise<{ folder: string; why: string } | string> {
  try {
    checkNativePlatform(platform);
    const { folder, built } = await findOrBuild(recipe, { cacheDir, env, log });
    return { folder, why: `TensorFlow ${WHEEL.tensorflow}, ${built ? 'just built' : 'found'} in ${folder}` };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (prefer !== 'native') return error.message;
    const cure = `${error.cure}; or unset VIEWGAP_ENGINE`;
    throw new EngineError(`the native engine cannot be had: ${error.what}`, error.value, cure, {
      cause: error,
    });
  }
}

function nativeIdentity({ tfjs, addonSourceSha256 }: Recipe): EngineIdentity {
  return {
    engine: 'native-cpu',
    tfjs,
    tensorflow: WHEEL.tensorflow,
    wheelSha256: WHEEL.sha256,
    addonSourceSha256,
  };
}

function wasmIdentity({ tfjs }: Recipe): EngineIdentity {
  return { engine: 'wasm', tfjs, tensorflow: null, wheelSha256: null, addonSourceSha256: null };
}
