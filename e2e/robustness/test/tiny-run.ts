import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openArtifact, Store } from '@viewgap/artifacts';
import { cleanEnvironment, TinyWorkspace } from '../../../tools/nx-pipelines/test/tiny-workspace.ts';
import { OTHER_MODEL, STAGE_NAMES, STAGES, type StageName } from './stage.ts';

export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

const WORK = ['runs', '.viewgap'];

/** A tiny pipeline that has run to its end, undisturbed, and is put back to that state before each disturbance. */
export class TinyRun {
  readonly workspace = new TinyWorkspace(24);
  readonly #undisturbed = join(this.workspace.root, 'undisturbed');

  async prepare(): Promise<void> {
    this.workspace.set('train.common.epochs', 4);
    for (const name of STAGE_NAMES) {
      if (name === 'evaluate') for (const args of OTHER_MODEL) await this.#mustRun(args);
      await this.#mustRun(STAGES[name].args);
    }
    for (const folder of WORK) copy(this.at(folder), join(this.#undisturbed, folder));
  }

  async #mustRun(args: readonly string[]): Promise<void> {
    const { status, stderr } = await this.run(args);
    if (status !== 0) throw new Error(`${args[0]} ended with ${status}: ${stderr}`);
  }

  at(path: string): string {
    return join(this.workspace.root, path);
  }

  /** As it was at the end of the undisturbed run, but for what would spare this stage its work. */
  reset(name: StageName): void {
    for (const folder of WORK) copy(join(this.#undisturbed, folder), this.at(folder));
    for (const cache of STAGES[name].caches) rmSync(this.at(cache), { recursive: true, force: true });
  }

  start(args: readonly string[], prefix: readonly string[] = []): ChildProcess {
    const [command = '', ...rest] = [
      ...prefix,
      process.execPath,
      'packages/viewgap/bin/viewgap.mjs',
      ...args,
    ];
    return spawn(command, rest, {
      cwd: this.workspace.root,
      env: cleanEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  run(args: readonly string[], prefix: readonly string[] = []): Promise<Ended> {
    return ended(this.start(args, prefix));
  }

  /** Starts a stage and sends it the signal as soon as the moment has come. */
  async strike(name: StageName, signal: NodeJS.Signals, moment: () => boolean): Promise<Ended> {
    const child = this.start(STAGES[name].args);
    const end = ended(child);
    // A loop without a pause would take a core from the stage.
    while (!moment() && child.exitCode === null) await setTimeout(1);
    child.kill(signal);
    return end;
  }

  /** What the stage left: nothing finished, or all of it, every file as its manifest names it. */
  async outcome(name: StageName): Promise<'unfinished' | 'whole'> {
    const { last, folder } = STAGES[name];
    if (!existsSync(this.at(last))) return 'unfinished';
    if (last.endsWith('manifest.json')) {
      const store = new Store(this.at('.viewgap/store'));
      await openArtifact(this.at(folder), name, { rebuild: 'never', store, verify: true });
    } else JSON.parse(readFileSync(this.at(last), 'utf8'));
    return 'whole';
  }

  /** The last file of a stage; of what several threads compute, what does not depend on their order. */
  result(name: StageName, of: 'undisturbed' | 'now'): unknown {
    const folder = of === 'now' ? this.workspace.root : this.#undisturbed;
    const text = readFileSync(join(folder, STAGES[name].last), 'utf8');
    if (name !== 'train' && name !== 'predict') return text;
    const { stage, config, counts } = JSON.parse(text);
    return { stage, config, counts };
  }

  names(path: string): string[] {
    return existsSync(this.at(path)) ? readdirSync(this.at(path)) : [];
  }

  dispose(): void {
    this.workspace.dispose();
  }
}

function copy(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stderr }));
  });
}
