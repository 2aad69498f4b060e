import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from './engine-error.ts';
import { ADDON, WHEEL } from './recipe.ts';
import { run } from './shell.ts';

const SCRIPT = fileURLToPath(new URL('./self-test.cjs', import.meta.url));

/**
 * Runs one op of the engine in `folder` in a process of its own; what passed is not run again on the same kind of
 * machine. Home folders are shared between machines, and a library that runs on one may be killed on the next.
 * @throws EngineError when it does not load, or computes something wrong.
 */
export async function selfTest(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const stamp = join(folder, `passed-${machineKind()}`);
  if (existsSync(stamp)) return;
  const { exitCode, signal, stdout, stderr } = await run([process.execPath, SCRIPT, join(folder, ADDON)], {
    ...env,
    TF_CPP_MIN_LOG_LEVEL: '2',
  });
  const cure = `delete ${folder} to build it again`;
  if (exitCode !== 0) {
    const reason = stderr.split('\n').find((line) => /error|is not/i.test(line)) ?? stderr.trim().slice(-300);
    throw new EngineError(
      'the native library fails its self-test',
      signal ?? (reason || `exit ${exitCode}`),
      cure,
    );
  }
  if (stdout.trim() !== WHEEL.tensorflow) {
    throw new EngineError('the native library has the wrong version', stdout.trim(), cure);
  }
  // A cache that is shared and read-only is tested at each start instead.
  await writeFile(stamp, '').catch(() => {});
}

function machineKind(): string {
  const facts = [process.version, process.arch, release(), cpus()[0]?.model];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 12);
}
