import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** An empty folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-artifacts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs TypeScript-importing module code in a process of its own, in src. `prefix` is what starts node. */
export function startScript(code: string, prefix: readonly string[] = []): ChildProcess {
  const [command = '', ...args] = [
    ...prefix,
    process.execPath,
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    code,
  ];
  const here = fileURLToPath(new URL('../src/', import.meta.url));
  return spawn(command, args, { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Standard output of a script that must succeed. */
export async function scriptOutput(code: string, prefix: readonly string[] = []): Promise<string> {
  const child = startScript(code, prefix);
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`the script ended with ${status}: ${output}`);
  return output;
}

/** Starts a script, waits until it prints something, and kills it with SIGKILL. */
export async function killAtFirstOutput(code: string): Promise<void> {
  const child = startScript(code);
  const ended = once(child, 'close');
  if (child.stdout === null) throw new Error('the script has no output');
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => Promise.reject(new Error('it ended by itself'))),
  ]);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  if (signal !== 'SIGKILL') throw new Error(`it ended before it was killed: ${signal}`);
}
