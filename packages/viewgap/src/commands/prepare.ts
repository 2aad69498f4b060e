import { join, resolve } from 'node:path';
import { defaultCacheDir, type EngineReport, prepareEngine, unusableGpuLine } from '@viewgap/engine';
import { Command } from 'commander';
import { askedEngine, ENGINE_FILE, writePrepared } from '../pipeline/engine.ts';
import type { Context } from '../terminal/context.ts';

export function command(context: Context): Command {
  return new Command()
    .option('--out <file>', 'where to write what was found', join('.viewgap', ENGINE_FILE))
    .addHelpText('after', '\nexample: viewgap prepare --out .viewgap/engine/engine.json')
    .action(async (options: { out: string }) => {
      const prefer = askedEngine(context.env);
      const report = await prepareEngine({
        cacheDir: defaultCacheDir(context.env),
        log: context.progress.log,
        prefer,
      });
      context.progress.log(`prepare: ${sentence(report)}`);
      if (report.unusableGpu) context.progress.log(unusableGpuLine(report.unusableGpu));
      await writePrepared(resolve(context.cwd, options.out), report);
    });
}

function sentence({ engine, steps, identity }: EngineReport): string {
  if (engine === 'native-cuda') return `TensorFlow ${identity.tensorflow} on the GPU`;
  if (engine === 'native-cpu') return `TensorFlow ${identity.tensorflow} on the processor`;
  const native = steps.find(({ candidate }) => candidate === 'native-cpu');
  const name = engine === 'webgpu' ? 'WebGPU' : 'WebAssembly';
  return `${name}, several times slower than native TensorFlow, which was passed by: ${native?.why}`;
}
