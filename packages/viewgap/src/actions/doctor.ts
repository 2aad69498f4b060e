import { existsSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { readPipeline, UserError } from '@viewgap/contracts';
import { defaultCacheDir, prepareEngine } from '@viewgap/engine';
import { largest } from '@viewgap/stats';
import { askedEngine } from '../pipeline/engine.ts';
import { missingRoots } from '../pipeline/missing-roots.ts';
import type { Context } from '../terminal/context.ts';

export async function doctor(flags: { readonly json?: true }, context: Context): Promise<void> {
  const facts = await examine(context);
  context.print(flags.json ? JSON.stringify(facts, null, 2) : table(facts));
  checkGpu(facts);
}

type Facts = Awaited<ReturnType<typeof examine>>;

/** @throws UserError where the machine has an NVIDIA GPU that is not used */
function checkGpu({ unusable_gpu }: Facts): void {
  if (unusable_gpu === null) return;
  const { gpu, what, value, cure } = unusable_gpu;
  throw new UserError(`the GPU is not used (${gpu})`, `${what}: ${value}`, cure);
}

async function examine(context: Context) {
  const cache = defaultCacheDir(context.env);
  const report = await prepareEngine({
    cacheDir: cache,
    log: context.progress.log,
    prefer: askedEngine(context.env),
  });
  const disk = await statfs(context.cwd);
  return {
    engine: report.engine,
    engines: report.steps,
    unusable_gpu: report.unusableGpu,
    libraries: { tensorflow: report.identity.tensorflow, tfjs: report.identity.tfjs, node: process.version },
    machine: { os: platform(), arch: arch(), cores: cpus().length, memory_gib: gib(totalmem()) },
    disk_free_gib: gib(disk.bavail * disk.bsize),
    cache,
    pipelines: await examinePipelines(context),
  };
}

/** What keeps each pipeline of the folder that the command runs in from running; empty where nothing does. */
async function examinePipelines(context: Context): Promise<Record<string, string[]>> {
  const folder = join(context.cwd, 'pipelines');
  const found: Record<string, string[]> = {};
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!existsSync(join(folder, name, 'pipeline.json'))) continue;
    found[name] = await readPipeline(join(folder, name)).then(
      (pipeline) => missingRoots(pipeline, context.env),
      (error: Error) => [error.message],
    );
  }
  return found;
}

function table({ engine, engines, libraries, machine, disk_free_gib, cache, pipelines }: Facts): string {
  const width = largest(engines.map(({ candidate }) => candidate.length));
  return [
    'engines',
    ...engines.map(
      ({ candidate, taken, why }) => `  ${taken ? '->' : '  '} ${candidate.padEnd(width)}  ${why}`,
    ),
    '',
    `libraries  TensorFlow ${libraries.tensorflow ?? `(none: ${engine})`}, TensorFlow.js ${libraries.tfjs}, Node ${libraries.node}`,
    `machine    ${machine.os} ${machine.arch}, ${machine.cores} cores, ${machine.memory_gib} GiB memory, ${disk_free_gib} GiB free on disk`,
    `cache      ${cache}`,
    '',
    'pipelines',
    ...Object.entries(pipelines).flatMap(([name, lacking]) =>
      lacking.length === 0
        ? [`  ${name}: ready`]
        : [`  ${name}: not ready`, ...lacking.map((line) => `    ${line}`)],
    ),
  ].join('\n');
}

function gib(bytes: number): number {
  return Math.round((bytes / 2 ** 30) * 10) / 10;
}
