import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureFolder } from './cache-folder.ts';
import { compile, findCompiler } from './compiler.ts';
import type { TensorFlow } from './tensorflow.ts';

const require = createRequire(import.meta.url);

/** TensorFlow.js's own binding, from the sources in its npm package. */
export const BINDING = 'tfjs_binding.node';
/** Loads libraries ahead of the others: see quiet-load.cc. */
export const QUIET_LOADER = 'quiet_load.node';
/** Graphs and sessions, and ops of our own: see graph.cc and batch-norm.cc. */
export const GRAPH = 'graph.node';
export type AddonName = typeof BINDING | typeof QUIET_LOADER | typeof GRAPH;

interface Addon {
  readonly output: AddonName;
  /** C++ sources, absolute. */
  readonly sources: readonly string[];
  /** Whether it is linked with TensorFlow. */
  readonly tensorflow: boolean;
}

const FLAGS = ['-O3', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'] as const;

/** The sources of the addons, read again at each start so that an edited source causes a new build. */
export interface AddonSources {
  readonly addons: readonly Addon[];
  /** Folders of headers, absolute. */
  readonly includes: readonly string[];
  /** sha256 of all sources and of the headers beside them. */
  readonly sha256: string;
  /** Version of the npm package that the binding comes from. */
  readonly tfjs: string;
}

/** Reads the C++ sources of this package and of the installed npm packages. */
export function readAddonSources(): AddonSources {
  const tfjs = npmPackage('@tensorflow/tfjs-node-gpu');
  const node = npmPackage('node-api-headers');
  const wrapper = npmPackage('node-addon-api');
  const binding = join(tfjs.folder, 'binding');
  const own = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const addons: readonly Addon[] = [
    { output: QUIET_LOADER, sources: [own('../../native/quiet-load.cc')], tensorflow: false },
    { output: BINDING, sources: filesIn(binding, /\.cc$/), tensorflow: true },
    {
      output: GRAPH,
      sources: ['graph.cc', 'batch-norm.cc', 'batch-norm-loops.cc', 'team.cc'].map((name) =>
        own(`../../native/${name}`),
      ),
      tensorflow: true,
    },
  ];
  const headers = [...filesIn(binding, /\.h$/), ...filesIn(own('../../native'), /\.h$/)];
  const read = [...addons.flatMap(({ sources }) => sources), ...headers];
  const hash = createHash('sha256');
  for (const file of read) hash.update(readFileSync(file)).update('\0');
  return {
    addons,
    includes: [join(node.folder, 'include'), wrapper.folder, binding],
    sha256: hash.update(`${node.version} ${wrapper.version}`).digest('hex'),
    tfjs: tfjs.version,
  };
}

export interface AddonBuild {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
  /** Which of the addons. */
  readonly outputs: readonly AddonName[];
  /** Tries the finished addons in a folder. */
  readonly test: (folder: string) => Promise<unknown>;
}

/**
 * The folder of these addons for this TensorFlow, compiled when it is not there.
 * @throws EngineError when they do not compile or do not pass their test
 */
export async function ensureAddons(
  sources: AddonSources,
  tensorflow: TensorFlow,
  { cacheDir, env, log, outputs, test }: AddonBuild,
): Promise<{ folder: string; built: boolean }> {
  const { identity, rpath } = placeOf(tensorflow, cacheDir);
  const facts = [sources.sha256, sources.tfjs, identity, ...FLAGS, ...outputs];
  const folder = join(cacheDir, `addons-${sha256(facts.join('\n')).slice(0, 16)}`);
  const built = await ensureFolder(folder, log, async (draft) => {
    const compiler = findCompiler(env);
    log('engine: compiling the addons');
    const linked = tensorflow.libraries.map((name) => `-l:${name}`);
    const link = [`-L${tensorflow.folder}`, ...linked, `-Wl,-rpath,${rpath}`];
    const wanted = sources.addons.filter(({ output }) => outputs.includes(output));
    await Promise.all(
      wanted.map((addon) =>
        compile(
          {
            compiler,
            flags: FLAGS,
            includes: [...sources.includes, tensorflow.headers],
            sources: addon.sources,
            link: addon.tensorflow ? [...link, '-ldl'] : ['-ldl'],
            output: join(draft, addon.output),
          },
          env,
        ),
      ),
    );
    log('engine: testing it');
    await test(draft);
  });
  return { folder, built };
}

/**
 * How addons find TensorFlow when they are loaded, and what its change would be noticed by: inside the cache its path
 * from there, which names its content and lets the cache be moved; else its files.
 */
function placeOf({ folder, libraries }: TensorFlow, cacheDir: string): { identity: string; rpath: string } {
  const path = relative(cacheDir, folder);
  if (!path.startsWith('..')) return { identity: path, rpath: `$ORIGIN/../${path}` };
  const files = libraries.map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
  return { identity: [folder, ...files].join('\n'), rpath: folder };
}

/** An installed npm package. */
export function npmPackage(name: string): { folder: string; version: string } {
  const manifest = require.resolve(`${name}/package.json`);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { folder: dirname(manifest), version };
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
