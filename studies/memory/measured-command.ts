import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND = join(ROOT, 'packages/viewgap/bin/viewgap.mjs');
const POLL_MS = 100;

/** What a command took. */
export interface Cost {
  readonly seconds: number;
  /** of the processor, of the command with its threads: other work beside it does not count */
  readonly cpuSeconds: number;
  /** resident at most, of the command with all that it started */
  readonly peakBytes: number;
}

/** Runs `viewgap` in a folder and watches its memory. @throws where it fails */
export async function measuredCommand(args: readonly string[], cwd: string): Promise<Cost> {
  const started = performance.now();
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  let [peakBytes, cpuSeconds] = [0, 0];
  let status: number | null = null;
  void once(child, 'close').then(([code]) => {
    status = code as number;
  });
  while (status === null) {
    peakBytes = Math.max(peakBytes, residentBytes(child.pid as number));
    cpuSeconds = Math.max(cpuSeconds, processorSeconds(child.pid as number));
    await setTimeout(POLL_MS);
  }
  if (status !== 0) throw new Error(`viewgap ${args[0]} ended with ${status}`);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds, peakBytes };
}

/** Resident bytes of a process and of all that it started. */
function residentBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const own = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
    return children.reduce((sum, child) => sum + residentBytes(Number(child)), own);
  } catch {
    // It has just ended.
    return 0;
  }
}

const TICKS_A_SECOND = 100;

/** Processor time of a process, the system's for it too. */
function processorSeconds(pid: number): number {
  try {
    const [user = 0, system = 0] =
      readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11, 13).map(Number) ?? [];
    return (user + system) / TICKS_A_SECOND;
  } catch {
    // It has just ended.
    return 0;
  }
}
