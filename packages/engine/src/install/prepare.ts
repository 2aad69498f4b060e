import { findWebgpu } from '../backends/webgpu-engine.ts';
import type { NativeLayout } from '../native/load-addons.cjs';
import { EngineError } from '../system/engine-error.ts';
import { checkNativePlatform, readPlatform } from '../system/platform.ts';
import { npmPackage } from './build/addons.ts';
import {
  ENGINE_CANDIDATES,
  ENGINE_PREFERENCES,
  type EngineIdentity,
  type EngineName,
  type EnginePreference,
  type EngineReport,
  type EngineStep,
} from './engine-report.ts';
import { findNative } from './native.ts';
import { readNvidia } from './nvidia.ts';
import { type UnusableGpu, UnusableGpuError } from './unusable-gpu.ts';

export interface PrepareOptions {
  /** Where engines are kept, per user and outside the workspace: see defaultCacheDir. */
  readonly cacheDir: string;
  /** Shows one line of progress at a time. */
  readonly log: (line: string) => void;
  /** The engine asked for by name; if it cannot be had, an error follows. Absent: the first that works. */
  readonly prefer?: EnginePreference | undefined;
  /** Environment of the programs that are run: PATH, CXX, pip's settings. Default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A report, and where the native engine lies when that was taken. */
export interface Prepared {
  readonly report: EngineReport;
  readonly layout: NativeLayout | null;
}

/**
 * Finds the engine that this machine can run on, building the native one once per user, and says why those before it
 * were passed by. Nothing is loaded into this process.
 *
 * @throws EngineError when the engine asked for by name cannot be had, or the TensorFlow that VIEWGAP_TENSORFLOW names.
 */
export async function prepareEngine(options: PrepareOptions): Promise<EngineReport> {
  return (await prepare(options)).report;
}

/** As prepareEngine, with where it is. */
export async function prepare({ prefer, env = process.env, ...rest }: PrepareOptions): Promise<Prepared> {
  const steps: EngineStep[] = [];
  let taken: (Found & { engine: EngineName }) | null = null;
  let unusableGpu: UnusableGpu | null = null;
  for (const candidate of ENGINE_CANDIDATES) {
    const pass = (why: string) => steps.push({ candidate, taken: false, why });
    if (taken !== null) {
      pass(`not needed: ${taken.engine} was taken`);
    } else if (prefer !== undefined && ENGINE_PREFERENCES[prefer] !== candidate) {
      pass(`${prefer} was asked for by name`);
    } else {
      const found = await tryCandidate(candidate, { prefer, env, ...rest });
      if (found instanceof EngineError) {
        pass(found.message);
        if (found instanceof UnusableGpuError) unusableGpu = unusable(found);
      } else {
        taken = { engine: candidate, ...found };
        steps.push({ candidate, taken: true, why: found.why });
      }
    }
  }
  if (taken === null) throw new Error('WASM is skipped only when another engine is asked for');
  const { engine, identity, layout } = taken;
  return { report: { engine, identity, steps, unusableGpu, cacheDir: rest.cacheDir }, layout };
}

function unusable({ gpu, what, value, cure }: UnusableGpuError): UnusableGpu {
  return { gpu, what, value, cure };
}

interface Found {
  readonly why: string;
  readonly identity: EngineIdentity;
  readonly layout: NativeLayout | null;
}

type Context = PrepareOptions & { readonly env: NodeJS.ProcessEnv };

/** The engine, or why it cannot be had; when it was asked for by name, that is thrown. */
async function tryCandidate(candidate: EngineName, context: Context): Promise<Found | EngineError> {
  try {
    return await FINDERS[candidate](context);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (context.prefer === undefined) {
      // A TensorFlow that the user names is asked for by name, too.
      if (candidate === 'native-cpu' && context.env.VIEWGAP_TENSORFLOW) throw error;
      return error;
    }
    const cure = `${error.cure}; or unset VIEWGAP_ENGINE`;
    throw new EngineError(`the ${context.prefer} engine cannot be had: ${error.what}`, error.value, cure, {
      cause: error,
    });
  }
}

const FINDERS: Readonly<Record<EngineName, (context: Context) => Promise<Found>>> = {
  'native-cuda': async (context) => {
    checkNativePlatform(readPlatform());
    const gpu = await readNvidia(context.env);
    try {
      return await nativeEngine('native-cuda', gpu, context);
    } catch (error) {
      throw error instanceof EngineError ? new UnusableGpuError(gpu, error, { cause: error }) : error;
    }
  },
  'native-cpu': (context) => {
    checkNativePlatform(readPlatform());
    return nativeEngine('native-cpu', '', context);
  },
  webgpu: async ({ env }) => ({
    why: await findWebgpu(env),
    identity: plainIdentity('webgpu'),
    layout: null,
  }),
  wasm: async ({ prefer }) => {
    const why = prefer === 'wasm' ? 'asked for by name' : 'runs wherever Node does';
    return { why, identity: plainIdentity('wasm'), layout: null };
  },
};

async function nativeEngine(engine: EngineName, gpu: string, context: Context): Promise<Found> {
  const device = engine === 'native-cuda' ? 'gpu' : 'cpu';
  const { engine: native, origin, wheelSha256 } = await findNative({ ...context, device, gpu });
  const { tfjs, sha256 } = native.sources;
  return {
    why: [`TensorFlow ${native.version}, ${origin}`, gpu].filter(Boolean).join('; '),
    identity: { engine, tfjs, tensorflow: native.version, wheelSha256, addonSourceSha256: sha256 },
    layout: native.layout,
  };
}

function plainIdentity(engine: EngineName): EngineIdentity {
  const { version } = npmPackage('@tensorflow/tfjs-core');
  return { engine, tfjs: version, tensorflow: null, wheelSha256: null, addonSourceSha256: null };
}
