import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NativeLayout } from '../../native/load-addons.cjs';
import { EngineError } from '../../system/engine-error.ts';
import { run } from '../../system/shell.ts';

const SCRIPT = fileURLToPath(new URL('./self-test.cjs', import.meta.url));

/**
 * Runs two ops of a native engine in a process of its own; what passed is not run again on the same kind of machine.
 * Home folders are shared between machines, and a library that runs on one may be killed on the next.
 *
 * @param machine.gpu the GPUs of this machine and their driver, in words
 * @param cure what to do when it fails
 * @returns the version of TensorFlow
 * @throws EngineError when it does not load, does not see the GPU that it is for, or computes something wrong.
 */
export async function selfTest(
  layout: NativeLayout,
  { gpu, env }: { readonly gpu: string; readonly env: NodeJS.ProcessEnv },
  cure: string,
): Promise<string> {
  const folder = dirname(layout.quietLoader ?? layout.binding);
  const stamp = join(folder, `passed-${kindOf(layout, gpu, env)}`);
  const passed = await readFile(stamp, 'utf8').catch(() => null);
  if (passed !== null) return passed;
  const level = layout.device === 'gpu' ? '0' : '2';
  const { exitCode, signal, stdout, stderr } = await run([process.execPath, SCRIPT, JSON.stringify(layout)], {
    ...env,
    TF_CPP_MIN_LOG_LEVEL: level,
  });
  if (exitCode !== 0) {
    const why = signal ?? (reason(stderr) || `exit ${exitCode}`);
    throw new EngineError('the native library fails its self-test', why, cure);
  }
  const version = stdout.trim();
  // A cache that is shared and read-only is tested at each start instead.
  await writeFile(stamp, version).catch(() => {});
  return version;
}

/** The line of a failed test that says most: why TensorFlow does not see a GPU, before that it does not. */
function reason(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^.*?\] /, '').trim());
  const found =
    lines.find((line) => /Could not load dynamic library|CUDA_ERROR|Cannot dlopen|cuInit/.test(line)) ??
    lines.find((line) => /error/i.test(line)) ??
    lines.join(' ');
  return found.slice(0, 300);
}

function kindOf(layout: NativeLayout, gpu: string, { CUDA_VISIBLE_DEVICES }: NodeJS.ProcessEnv): string {
  const { device, preload, quietLoader, graph } = layout;
  const parts = [device, preload.length, quietLoader !== null, graph !== null];
  const machine = [process.version, process.arch, release(), cpus()[0]?.model, gpu, CUDA_VISIBLE_DEVICES];
  return createHash('sha256')
    .update(JSON.stringify([parts, machine]))
    .digest('hex')
    .slice(0, 12);
}
