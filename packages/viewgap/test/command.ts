import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';

export const BIN = fileURLToPath(new URL('../bin/viewgap.mjs', import.meta.url));
const CALLS = fileURLToPath(new URL('calls.mjs', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs calls one after the other in one process: most of a short call is its start. The outcomes have their order. */
export function outcomesOf(calls: readonly (readonly string[])[], cwd?: string): Outcome[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CALLS], {
    cwd,
    input: JSON.stringify(calls),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Outcome[];
}

/** A pipeline.json without a mistake. */
export const VALID = {
  sources: { nih: { adapter: 'nih-chestxray14', root: 'data' } },
  train: { models: { model1: {}, model2: { decoder: {} } } },
};

/** A temporary folder for the tests of one file, and the command run inside it as a process. */
export function commandFolder() {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'viewgap-command-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const path = (...parts: readonly string[]) => join(folder, ...parts);

  function viewgapIn(env: NodeJS.ProcessEnv, ...args: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
    return { status, stdout, stderr };
  }

  /** Writes a pipeline and returns the name of its folder. */
  function pipeline(name: string, config: unknown): string {
    mkdirSync(path(name), { recursive: true });
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    writeFileSync(path(name, 'pipeline.json'), text);
    return name;
  }

  const viewgap = (...args: readonly string[]) => viewgapIn(process.env, ...args);
  const together = (...calls: readonly (readonly string[])[]) =>
    outcomesOf(calls, folder) as [Outcome, ...Outcome[]];
  return { path, viewgap, viewgapIn, together, pipeline };
}
