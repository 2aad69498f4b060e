import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../system/engine-error.ts';
import { ensureAddons, GRAPH, npmPackage, QUIET_LOADER, readAddonSources } from './build/addons.ts';
import { CANNOT_RUN, layoutOf, type NativeContext, type NativeEngine } from './build/native-build.ts';
import { selfTest } from './build/self-test.ts';
import { findTensorFlow } from './build/tensorflow.ts';

/** The folder of the installed npm package whose addon, where its own install script was run, is used as it is. */
export function tfjsNodeFolder(): string {
  return npmPackage('@tensorflow/tfjs-node-gpu').folder;
}

/**
 * The native engine of an npm package that was built by its own install script, with our addon for graphs beside it
 * when that compiles against the package's TensorFlow.
 *
 * @param folder the package
 * @returns null when the package was never built; else the engine, and why it has no addon for graphs (null: it has)
 * @throws EngineError when it fails its test
 */
export async function tfjsNodeEngine(
  folder: string,
  context: NativeContext,
): Promise<{ engine: NativeEngine; noCapture: string | null } | null> {
  const binding = [8, 7, 6, 5, 4, 3]
    .map((version) => join(folder, 'lib', `napi-v${version}`, 'tfjs_binding.node'))
    .find((path) => existsSync(path));
  const tensorflow = findTensorFlow(join(folder, 'deps'));
  if (binding === undefined || tensorflow === null) return null;
  const sources = readAddonSources();
  const layout = (addons: string | null) => layoutOf(tensorflow, addons, binding, context.device);
  const finish = async (addons: string | null, built: boolean) => {
    const version = await selfTest(layout(addons), context, 'run: npm rebuild @tensorflow/tfjs-node-gpu');
    return { layout: layout(addons), version, sources, built };
  };
  try {
    const outputs = [QUIET_LOADER, GRAPH] as const;
    const test = (draft: string) => selfTest({ ...layout(draft), device: 'cpu' }, context, CANNOT_RUN);
    const addons = await ensureAddons(sources, tensorflow, { ...context, outputs, test });
    return { engine: await finish(addons.folder, addons.built), noCapture: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { engine: await finish(null, false), noCapture: error.message };
  }
}
