import { createRequire } from 'node:module';
import { loadNative } from '../backends/native-engine.ts';
import { loadWasm } from '../backends/wasm-engine.ts';
import { loadWebgpu } from '../backends/webgpu-engine.ts';
import type { EngineIdentity, EngineName, EngineReport } from './engine-report.ts';
import { type PrepareOptions, prepare } from './prepare.ts';
import { unusableGpuLine } from './unusable-gpu.ts';

const require = createRequire(import.meta.url);

/** An engine that runs in this process: every op of `tf` goes to it. */
export interface Engine {
  readonly name: EngineName;
  readonly identity: EngineIdentity;
  readonly report: EngineReport;
}

/**
 * Prepares an engine if need be, loads it into this process, and makes it the backend of `tf`. Logs one line where the
 * machine has an NVIDIA GPU that cannot be used.
 * @throws EngineError when it cannot be had or does not load.
 */
export async function startEngine(options: PrepareOptions): Promise<Engine> {
  const { report, layout } = await prepare(options);
  if (report.unusableGpu) options.log(unusableGpuLine(report.unusableGpu));
  // Loaded for its effect: the gradients of all operations, which the core alone comes without.
  require('@tensorflow/tfjs');
  if (layout !== null) await loadNative(layout);
  else if (report.engine === 'webgpu') await loadWebgpu();
  else await loadWasm();
  return { name: report.engine, identity: report.identity, report };
}
