import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lock } from 'proper-lockfile';
import { compile, findCompiler } from './compiler.ts';
import { EngineError } from './engine-error.ts';
import { findPython } from './python.ts';
import { ADDON, BUILD_BYTES, ENGINE_FILES, LIBRARIES, QUIET_LOADER, type Recipe, WHEEL } from './recipe.ts';
import { selfTest } from './self-test.ts';
import { downloadWheel, unpackWheel } from './wheel.ts';

/** Lists what a finished engine holds; written before the folder gets its name. */
const MANIFEST = 'engine.json';

export interface BuildContext {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/**
 * The folder of the native engine of this recipe, built when it is not there. Processes that ask at once build it
 * once: the others wait. Whatever happens, the folder has its final name only when it is whole and has passed its test.
 * @throws EngineError when it cannot be had.
 */
export async function findOrBuild(
  recipe: Recipe,
  context: BuildContext,
): Promise<{ folder: string; built: boolean }> {
  const folder = join(context.cacheDir, `native-${recipe.key}`);
  if (await isUsable(folder, context.env)) return { folder, built: false };
  // What cannot be had without these is said before anything is downloaded.
  const compiler = findCompiler(context.env);
  const python = await findPython(context.env);
  try {
    await mkdir(context.cacheDir, { recursive: true });
    return await alone(folder, context.log, async () => {
      if (await isUsable(folder, context.env)) return { folder, built: false };
      await clearDebris(folder);
      await checkSpace(context.cacheDir);
      await build(recipe, folder, { compiler, python }, context);
      return { folder, built: true };
    });
  } catch (error) {
    throw mendable(error);
  }
}

async function build(
  recipe: Recipe,
  folder: string,
  tools: { compiler: readonly string[]; python: string },
  { env, log }: BuildContext,
): Promise<void> {
  const draft = await mkdtemp(`${folder}.build-${process.pid}-`);
  const headers = join(draft, 'include');
  try {
    log(`engine: downloading TensorFlow ${WHEEL.tensorflow} with pip (${WHEEL.megabytes} MB, once per user)`);
    const wheel = await downloadWheel(tools.python, join(draft, 'wheel'), { env, log });
    log('engine: unpacking');
    await unpackWheel(tools.python, wheel, { libraries: draft, headers }, env);
    log('engine: compiling the addon');
    await compileAddons(recipe, draft, { compiler: tools.compiler, headers, env });
    await rm(headers, { recursive: true });
    await rm(dirname(wheel), { recursive: true });
    log('engine: testing it');
    await selfTest(draft, env);
    await writeManifest(draft);
    await publish(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function compileAddons(
  { flags, includes, sources, quietSource }: Recipe,
  draft: string,
  { compiler, headers, env }: { compiler: readonly string[]; headers: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const common = { compiler, flags, includes: [...includes, headers] };
  const libraries = LIBRARIES.map((name) => `-l:${name}`);
  await compile({ ...common, sources, link: [`-L${draft}`, ...libraries], output: join(draft, ADDON) }, env);
  await compile(
    { ...common, sources: [quietSource], link: ['-ldl'], output: join(draft, QUIET_LOADER) },
    env,
  );
}

/** Runs work under a lock beside `folder`; waits for as long as another living process holds it. */
async function alone<T>(folder: string, log: (line: string) => void, work: () => Promise<T>): Promise<T> {
  // A lost lock (a suspended laptop) may make two processes build: both are right, and one of them is published.
  const options = { realpath: false, stale: 10_000, onCompromised: () => {} };
  const release = await lock(folder, options).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ELOCKED') throw error;
    log('engine: another process is preparing the native engine: waiting for it');
    return lock(folder, { ...options, retries: { forever: true, factor: 1, minTimeout: 500 } });
  });
  try {
    return await work();
  } finally {
    await release().catch(() => {});
  }
}

/** Whether a whole engine is there. @throws EngineError when it is, and does not run on this machine. */
async function isUsable(folder: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (!(await isWhole(folder))) return false;
  await selfTest(folder, env);
  return true;
}

async function isWhole(folder: string): Promise<boolean> {
  try {
    const sizes = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Record<string, number>;
    const files = await Promise.all(
      ENGINE_FILES.map(async (name) => (await stat(join(folder, name))).size === sizes[name]),
    );
    return files.every(Boolean);
  } catch {
    return false;
  }
}

async function writeManifest(folder: string): Promise<void> {
  const sizes: Record<string, number> = {};
  for (const name of ENGINE_FILES) {
    const file = await open(join(folder, name));
    sizes[name] = (await file.stat()).size;
    await file.sync();
    await file.close();
  }
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(sizes, null, 2)}\n`, { flush: true });
}

async function publish(draft: string, folder: string): Promise<void> {
  if (await isWhole(folder)) return;
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

/** Removes the drafts of builders that no longer live. */
async function clearDebris(folder: string): Promise<void> {
  const draft = new RegExp(`^${basename(folder)}\\.build-(\\d+)-`);
  for (const name of await readdir(dirname(folder))) {
    const pid = draft.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function checkSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= BUILD_BYTES) return;
  const value = `${(free / 1e9).toFixed(1)} GB free in ${folder}, ${BUILD_BYTES / 1e9} GB needed`;
  throw new EngineError('no space for the native engine', value, 'free some, or set VIEWGAP_CACHE');
}

function mendable(error: unknown): unknown {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (error instanceof EngineError || code === undefined) return error;
  return new EngineError(
    'the engine cannot be written to its cache',
    path ?? message,
    `${code}: set VIEWGAP_CACHE`,
    {
      cause: error,
    },
  );
}
