import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The Python wheel that carries TensorFlow's C library and headers. */
export const WHEEL = {
  requirement: 'tensorflow-cpu==2.21.0',
  tensorflow: '2.21.0',
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  python: '3.12',
  platform: 'manylinux_2_27_x86_64',
  megabytes: 274,
} as const;

/** Free space in the cache folder that a build needs: the wheel, its unpacked libraries, and some. */
export const BUILD_BYTES = 1.3e9;

export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;
export const ADDON = 'tfjs_binding.node';
/** Loaded before the addon: see quiet-load.cc. */
export const QUIET_LOADER = 'quiet_load.node';
/** What a finished engine's folder must hold. */
export const ENGINE_FILES = [ADDON, QUIET_LOADER, ...LIBRARIES] as const;

/** What the addon's sources include, directly or not, below the wheel's tensorflow/include/. */
export const HEADER_FOLDERS = [
  'tensorflow/c/',
  'tensorflow/core/platform/',
  'tsl/platform/',
  'xla/tsl/c/',
] as const;

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'] as const;
const QUIET_SOURCE = fileURLToPath(new URL('./quiet-load.cc', import.meta.url));
const FLAGS = ['-O2', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8', '-Wl,-rpath,$ORIGIN'] as const;

/** Everything that decides what the native engine is. */
export interface Recipe {
  readonly tfjs: string;
  readonly addonSourceSha256: string;
  /** The addon's C++ sources, absolute. */
  readonly sources: readonly string[];
  readonly quietSource: string;
  /** Include folders outside the wheel, absolute. */
  readonly includes: readonly string[];
  readonly flags: readonly string[];
  /** Names the folder of the finished engine: the same recipe, the same folder. */
  readonly key: string;
}

/** Reads the recipe from the installed npm packages. */
export function readRecipe(): Recipe {
  const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const binding = join(dirname(manifest), 'binding');
  const headers = dirname(require.resolve('node-api-headers/package.json'));
  const tfjs = versionOf(manifest);
  const addonSourceSha256 = hashFolder(binding);
  const facts = {
    wheel: WHEEL,
    tfjs,
    addonSourceSha256,
    quietSource: readFileSync(QUIET_SOURCE, 'utf8'),
    headers: versionOf(join(headers, 'package.json')),
    flags: FLAGS,
    files: ENGINE_FILES,
  };
  return {
    tfjs,
    addonSourceSha256,
    sources: SOURCES.map((name) => join(binding, name)),
    quietSource: QUIET_SOURCE,
    includes: [join(headers, 'include'), binding],
    flags: FLAGS,
    key: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16),
  };
}

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}

function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  }
  return hash.digest('hex');
}
