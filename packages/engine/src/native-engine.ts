import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js';
import { EngineError } from './engine-error.ts';
import { registerNativeKernels } from './native-kernels.ts';
import { ADDON, QUIET_LOADER } from './recipe.ts';
import { tf } from './tf.ts';

/** The name under which tfjs-node's kernels are registered. */
export const NATIVE_BACKEND = 'tensorflow';

const require = createRequire(import.meta.url);

/**
 * Loads the addon in `folder` into this process and makes it TensorFlow.js's backend. The package's own entry point
 * wants its addon inside node_modules, which npm wipes and which may be read-only; its kernels and its backend do not.
 */
export async function loadNative(folder: string): Promise<void> {
  if (tf.engine().registryFactory[NATIVE_BACKEND] === undefined) {
    // 2 hides TensorFlow's notes and keeps its errors; it is read when the library loads.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    restoreUtil();
    const binding = loadAddon(folder);
    require('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
    const { NodeJSKernelBackend: Backend } =
      require('@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js') as {
        NodeJSKernelBackend: typeof NodeJSKernelBackend;
      };
    tf.registerBackend(NATIVE_BACKEND, () => new Backend(binding, '@tensorflow/tfjs-node-gpu'), 3);
    registerNativeKernels();
  }
  if (!(await tf.setBackend(NATIVE_BACKEND))) {
    throw new EngineError('the native engine does not start', folder, 'delete that folder to build it again');
  }
}

function loadAddon(folder: string): TFJSBinding {
  try {
    require(join(folder, QUIET_LOADER));
    return require(join(folder, ADDON)) as TFJSBinding;
  } catch (error) {
    throw new EngineError('the native engine does not load', folder, 'delete that folder to build it again', {
      cause: error,
    });
  }
}

/** tfjs-node calls two functions of node:util that Node 22 warns of and Node 23 no longer has. */
function restoreUtil(): void {
  const util = require('node:util') as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
