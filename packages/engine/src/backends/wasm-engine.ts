import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import { EngineError } from '../system/engine-error.ts';
import { tf } from '../tf/tf.ts';
import { refuseFailedAllocations } from '../tf/wasm-memory.ts';
import { registerWasmKernels } from './wasm-kernels.ts';

const require = createRequire(import.meta.url);

/** Makes the WASM backend TensorFlow.js's backend: one thread, since its workers do not start under Node. */
export async function loadWasm(): Promise<void> {
  const isFirst = tf.engine().registry.wasm === undefined;
  if (isFirst) {
    const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm') as typeof Wasm;
    setWasmPaths(dirname(require.resolve('@tensorflow/tfjs-backend-wasm')) + sep);
    registerWasmKernels();
  }
  const started = await withoutNewProcessListeners(() => tf.setBackend('wasm'));
  if (!started) {
    throw new EngineError(
      'the WASM engine does not start',
      process.version,
      'use a Node with WebAssembly SIMD',
    );
  }
  if (isFirst) refuseFailedAllocations();
}

/** The WASM module rethrows what it sees uncaught in the whole process, which buries the stack: it must not listen. */
async function withoutNewProcessListeners<T>(work: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set<unknown>(process.listeners(event as 'uncaughtException')));
  const result = await work();
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]?.has(listener)) process.removeListener(event, listener);
    }
  });
  return result;
}
