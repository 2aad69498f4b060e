import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const SAMPLE = join(REPOSITORY, 'pipelines/nih-sample');
const TABLE = 'Data_Entry_2017_v2020.csv';
const COPIED = ['nx.json', 'package.json', 'package-lock.json', '.env', '.npmrc', '.gitignore'];

/** A pipeline that takes seconds: few images, few epochs, few channels. */
const PIPELINE = {
  sources: { nih: { adapter: 'nih-chestxray14', root: '.' } },
  ingest: { size: 32 },
  catalog: { seed: 0, splits: { train: 0.5, val: 0.25, test: 0.25 } },
  train: {
    seeds: [0],
    common: { encoder: { widths: [4, 4] }, epochs: 2, batchSize: 4 },
    models: { model1: {}, model2: { decoder: {} } },
  },
};

const NEVER_CACHED = ['scan', 'phantom', 'prepare', 'tally', 'pipeline'];

/** Whether a command can be given a terminal of its own. */
export const hasTerminal = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

/** What one call of Nx did, by Nx's own record of it; never-cached targets left out. */
export interface NxRun {
  readonly exitCode: number;
  readonly output: string;
  /** tasks whose command ran, sorted */
  readonly ran: readonly string[];
  /** tasks that came from the cache, sorted */
  readonly cached: readonly string[];
}

/** A copy of this repository with one tiny pipeline, in a folder of its own, in which the real Nx runs. */
export class TinyWorkspace {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'viewgap-workspace-')));
  readonly folder = join(this.root, 'pipelines/tiny');
  readonly #spare: string[];

  /** @param images that the source holds at first; further rows of the sample wait for addImage() */
  constructor(images: number) {
    for (const file of COPIED) cpSync(join(REPOSITORY, file), join(this.root, file));
    copyPackages(this.root);
    linkModules(this.root);
    mkdirSync(join(this.folder, 'images'), { recursive: true });
    const [header = '', ...rows] = readFileSync(join(SAMPLE, TABLE), 'utf8').trimEnd().split('\n');
    writeFileSync(join(this.folder, TABLE), `${header}\n`);
    // Spread over the sample, so that both views and several patients are among them.
    this.#spare = rows.filter((_, i) => i % Math.floor(rows.length / (images + 2)) === 0).reverse();
    for (let i = 0; i < images; i++) this.addImage();
    this.setPipeline(PIPELINE);
  }

  /** Puts one more image of the sample, and its row, into the source's folder. */
  addImage(): void {
    const row = this.#spare.pop();
    if (row === undefined) throw new Error('the sample has no more rows');
    const name = row.slice(0, row.indexOf(','));
    cpSync(join(SAMPLE, 'images', name), join(this.folder, 'images', name));
    writeFileSync(join(this.folder, TABLE), `${row}\n`, { flag: 'a' });
  }

  setPipeline(content: unknown): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    writeFileSync(join(this.folder, 'pipeline.json'), text);
  }

  /** Sets one value of pipeline.json, e.g. `train.common.epochs`. */
  set(path: string, value: unknown): void {
    const pipeline = JSON.parse(readFileSync(join(this.folder, 'pipeline.json'), 'utf8'));
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    keys.reduce((node, key) => node[key], pipeline)[last] = value;
    this.setPipeline(pipeline);
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  json(path: string): Record<string, unknown> {
    return JSON.parse(this.read(path));
  }

  append(path: string, text: string): void {
    writeFileSync(join(this.root, path), text, { flag: 'a' });
  }

  edit(path: string, before: string, after: string): void {
    const text = this.read(path);
    if (!text.includes(before)) throw new Error(`${path} has no ${before}`);
    writeFileSync(join(this.root, path), text.replace(before, after));
  }

  /** Makes it a git repository in which all files are committed. */
  commit(): void {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: this.root, stdio: 'ignore' });
    git('init', '--quiet');
    git('add', '--all');
    git(
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@test',
      'commit',
      '--quiet',
      '--allow-empty',
      '--message=all',
    );
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true, force: true });
  }

  /** Starts Nx without waiting for it. */
  start(...args: string[]): ChildProcess {
    return this.#spawn(process.execPath, [join(this.root, 'node_modules/nx/dist/bin/nx.js'), ...args]);
  }

  async nx(...args: string[]): Promise<NxRun> {
    return this.finished(this.start(...args));
  }

  /** Starts Nx in a terminal of its own, as a person has it: not CI. What is written to stdin is typed there. */
  startInTerminal(...args: string[]): ChildProcess {
    return this.#spawn('script', ['-qec', ['npx', 'nx', ...args].join(' '), '/dev/null'], 'pipe');
  }

  /** As nx(), but in a terminal, and nobody there to answer a question. */
  async nxInTerminal(...args: string[]): Promise<NxRun> {
    const child = this.startInTerminal(...args);
    child.stdin?.end();
    return this.finished(child);
  }

  #spawn(command: string, args: string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    this.remove('.nx/cache/run.json');
    return spawn(command, args, {
      cwd: this.root,
      env: cleanEnvironment(),
      stdio: [stdin, 'pipe', 'pipe'],
    });
  }

  /** Waits until what start() started has ended. */
  async finished(child: ChildProcess): Promise<NxRun> {
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? -1));
    });
    return { exitCode, output, ...this.#record() };
  }

  #record(): Pick<NxRun, 'ran' | 'cached'> {
    if (!this.has('.nx/cache/run.json')) return { ran: [], cached: [] };
    const { tasks } = this.json('.nx/cache/run.json') as {
      tasks: { taskId: string; target: string; cacheStatus: string }[];
    };
    const cacheable = tasks.filter(({ target }) => !NEVER_CACHED.includes(target));
    const named = (miss: boolean) =>
      cacheable
        .filter(({ cacheStatus }) => (cacheStatus === 'cache-miss') === miss)
        .map(({ taskId }) => taskId)
        .sort();
    return { ran: named(true), cached: named(false) };
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Process ids of all that a process has started, directly or not, whose command line contains the text. */
export function descendants(pid: number, text: string): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, id, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return command === undefined ? [] : [{ id: Number(id), parent: Number(parent), command }];
    });
  const below = (id: number): number[] =>
    table.flatMap((row) =>
      row.parent === id ? [...(row.command.includes(text) ? [row.id] : []), ...below(row.id)] : [],
    );
  return below(pid);
}

function copyPackages(root: string): void {
  for (const parent of ['packages', 'tools']) {
    for (const name of readdirSync(join(REPOSITORY, parent))) {
      const from = join(REPOSITORY, parent, name);
      const to = join(root, parent, name);
      cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
      if (existsSync(join(from, 'node_modules')))
        symlinkSync(join(from, 'node_modules'), join(to, 'node_modules'));
    }
  }
}

/** Links every installed package, but the workspace's own ones to their copies. */
function linkModules(root: string): void {
  const from = join(REPOSITORY, 'node_modules');
  const to = join(root, 'node_modules');
  mkdirSync(join(to, '@viewgap'), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== '@viewgap') symlinkSync(join(from, name), join(to, name));
  }
  for (const name of readdirSync(join(from, '@viewgap'))) {
    const copy = join(root, realpathSync(join(from, '@viewgap', name)).slice(REPOSITORY.length));
    mkdirSync(dirname(copy), { recursive: true });
    symlinkSync(copy, join(to, '@viewgap', name));
  }
}

/** The environment of a person's shell, without what the Nx and vitest of this test set, and with the engine that needs no build. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(NX_|VITEST|VIEWGAP_|NODE_OPTIONS$|NODE_ENV$|CI$|FORCE_COLOR$|NO_COLOR$|npm_)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(own), VIEWGAP_ENGINE: 'wasm' };
}
