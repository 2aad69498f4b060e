import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NativeLayout } from '../../native/load-addons.cjs';
import { EngineError } from '../../system/engine-error.ts';
import {
  type AddonName,
  type AddonSources,
  BINDING,
  ensureAddons,
  GRAPH,
  QUIET_LOADER,
  readAddonSources,
} from './addons.ts';
import { checkSpace, ensureFolder } from './cache-folder.ts';
import { findCompiler } from './compiler.ts';
import { findPython } from './python.ts';
import { selfTest } from './self-test.ts';
import { findTensorFlow, type TensorFlow } from './tensorflow.ts';
import { downloadWheels, unpackWheel } from './wheel.ts';
import { type Distribution, HEADER_FOLDERS } from './wheels.ts';

export interface NativeContext {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  readonly device: 'cpu' | 'gpu';
  /** The GPUs of this machine and their driver, in words; empty where there are none. */
  readonly gpu: string;
}

/** A native engine that has passed its test on this machine. */
export interface NativeEngine {
  readonly layout: NativeLayout;
  /** Version of TensorFlow. */
  readonly version: string;
  readonly sources: AddonSources;
  readonly built: boolean;
}

/**
 * The folder of a distribution, unpacked, in the cache.
 * @param obtain puts its wheels somewhere below the draft, or names them where they lie; absent: with pip
 * @throws EngineError when it cannot be had
 */
export async function ensureDistribution(
  distribution: Distribution,
  { cacheDir, env, log }: Pick<NativeContext, 'cacheDir' | 'env' | 'log'>,
  obtain?: () => Promise<readonly string[]>,
): Promise<TensorFlow> {
  const { version, device, wheels } = distribution;
  const content = createHash('sha256')
    .update(JSON.stringify([wheels, HEADER_FOLDERS]))
    .digest('hex');
  const folder = join(cacheDir, `tensorflow-${version}-${device}-${content.slice(0, 8)}`);
  await ensureFolder(folder, log, async (draft) => {
    // What the wheels are of no use without is said before they are downloaded.
    findCompiler(env);
    await checkSpace(cacheDir, distribution.bytes);
    const downloads = join(draft, 'wheels');
    const files = await (obtain?.() ?? download(distribution, downloads, { env, log }));
    log('engine: unpacking');
    await Promise.all(files.map((wheel) => unpackWheel(wheel, draft)));
    await rm(downloads, { recursive: true, force: true });
  });
  const found = findTensorFlow(folder);
  if (found !== null) return found;
  throw new EngineError('the wheel holds no TensorFlow', folder, 'delete that folder to build it again');
}

async function download(
  distribution: Distribution,
  folder: string,
  { env, log }: Pick<NativeContext, 'env' | 'log'>,
): Promise<string[]> {
  const python = await findPython(env);
  const { version, megabytes } = distribution;
  log(`engine: downloading TensorFlow ${version} with pip (${megabytes} MB, once per user)`);
  return downloadWheels(python, distribution, folder, { env, log });
}

/**
 * The native engine on a TensorFlow: its addons compiled when they are not there, and tested.
 * @throws EngineError when it cannot be compiled, or fails its test
 */
export async function buildNative(tensorflow: TensorFlow, context: NativeContext): Promise<NativeEngine> {
  const sources = readAddonSources();
  const layout = (folder: string, device = context.device) =>
    layoutOf(tensorflow, folder, join(folder, BINDING), device);
  const outputs: AddonName[] = [QUIET_LOADER, BINDING, GRAPH];
  // What is compiled is tried on the CPU: it is no worse where a GPU cannot be used at the moment.
  const test = (draft: string) => selfTest(layout(draft, 'cpu'), context, CANNOT_RUN);
  const { folder, built } = await ensureAddons(sources, tensorflow, { ...context, outputs, test });
  const cure = context.device === 'gpu' ? 'see: nvidia-smi' : `delete ${folder} to build it again`;
  const version = await selfTest(layout(folder), context, cure);
  return { layout: layout(folder), version, sources, built };
}

/** The cure for what was just compiled and does not work. */
export const CANNOT_RUN = 'name another TensorFlow with VIEWGAP_TENSORFLOW';

/** @param folder of the compiled addons; null where none could be compiled */
export function layoutOf(
  { folder: libraries, cuda }: Pick<TensorFlow, 'folder' | 'cuda'>,
  folder: string | null,
  binding: string,
  device: NativeContext['device'],
): NativeLayout {
  return {
    device,
    quietLoader: folder === null ? null : join(folder, QUIET_LOADER),
    preload: [...(device === 'gpu' ? cuda : []), join(libraries, 'libtensorflow_framework.so.2')],
    binding,
    graph: folder === null ? null : join(folder, GRAPH),
  };
}
