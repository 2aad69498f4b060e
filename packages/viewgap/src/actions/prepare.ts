import { join, resolve } from 'node:path';
import { defaultCacheDir, type EngineReport, prepareEngine, unusableGpuLine } from '@viewgap/engine';
import { askedEngine, ENGINE_FILE, writePrepared } from '../pipeline/engine.ts';
import type { Context } from '../terminal/context.ts';

export async function prepare(flags: { readonly out?: string }, context: Context): Promise<void> {
  const prefer = askedEngine(context.env);
  const report = await prepareEngine({
    cacheDir: defaultCacheDir(context.env),
    log: context.progress.log,
    prefer,
  });
  context.progress.log(`prepare: ${sentence(report)}`);
  if (report.unusableGpu) context.progress.log(unusableGpuLine(report.unusableGpu));
  await writePrepared(resolve(context.cwd, flags.out ?? join('.viewgap', ENGINE_FILE)), report);
}

function sentence({ engine, steps, identity }: EngineReport): string {
  if (engine === 'native-cuda') return `TensorFlow ${identity.tensorflow} on the GPU`;
  if (engine === 'native-cpu') return `TensorFlow ${identity.tensorflow} on the processor`;
  const native = steps.find(({ candidate }) => candidate === 'native-cpu');
  const name = engine === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  return `${name}, several times slower than native TensorFlow, which was passed by: ${native?.why}`;
}
