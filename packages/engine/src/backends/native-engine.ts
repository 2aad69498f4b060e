import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';
import { loadAddons, type NativeLayout } from '../native/load-addons.cjs';
import type { GraphAddon } from '../native/native-graph.ts';
import { EngineError } from '../system/engine-error.ts';
import { tf } from '../tf/tf.ts';
import { registerNativeKernels } from './native-kernels.ts';

/** The name under which tfjs-node's kernels are registered. */
export const NATIVE_BACKEND = 'tensorflow';

const require = createRequire(import.meta.url);

let graph: GraphAddon | null = null;

/** What the addon for graphs (graph.cc) exports; null unless the native engine runs in this process and has it. */
export function nativeGraph(): GraphAddon | null {
  return tf.getBackend() === NATIVE_BACKEND ? graph : null;
}

/**
 * Loads a native engine into this process and makes it TensorFlow.js's backend. The package's own entry point wants its
 * addon inside node_modules, which npm wipes and which may be read-only; its kernels and its backend do not.
 */
export async function loadNative(layout: NativeLayout): Promise<void> {
  const folder = dirname(layout.binding);
  if (tf.engine().registryFactory[NATIVE_BACKEND] === undefined) {
    restoreUtil();
    const addons = load(layout);
    graph = addons.graph as GraphAddon | null;
    require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
    const { NodeJSKernelBackend: Backend } =
      require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
        NodeJSKernelBackend: typeof NodeJSKernelBackend;
      };
    const binding = addons.binding as TFJSBinding;
    tf.registerBackend(NATIVE_BACKEND, () => new Backend(binding, '@tensorflow/tfjs-node-gpu'), 3);
    registerNativeKernels();
  }
  if (!(await tf.setBackend(NATIVE_BACKEND))) {
    throw new EngineError('the native engine does not start', folder, 'delete that folder to build it again');
  }
}

function load(layout: NativeLayout): { binding: unknown; graph: unknown } {
  try {
    return loadAddons(layout);
  } catch (error) {
    const cure = 'delete that folder to build it again';
    throw new EngineError('the native engine does not load', dirname(layout.binding), cure, { cause: error });
  }
}

/** tfjs-node calls two functions of node:util that Node 22 warns of and Node 23 no longer has. */
function restoreUtil(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
