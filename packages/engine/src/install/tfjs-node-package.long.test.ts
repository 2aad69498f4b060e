import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedTensorFlow } from '../../test/cached-tensorflow.ts';
import { BINDING, readAddonSources } from './build/addons.ts';
import { compile, findCompiler } from './build/compiler.ts';
import type { NativeContext } from './build/native-build.ts';
import { tfjsNodeEngine } from './tfjs-node-package.ts';

const linux = process.platform === 'linux' && process.arch === 'x64';
const cached = cachedTensorFlow();
const folder = mkdtempSync(join(tmpdir(), 'viewgap-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The npm package as its own install script leaves it: the addon in lib, the C library in deps. */
async function install(): Promise<void> {
  const tensorflow = join(cached ?? '', 'tensorflow');
  mkdirSync(join(folder, 'deps/lib'), { recursive: true });
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true });
  symlinkSync(join(tensorflow, 'include'), join(folder, 'deps/include'));
  const libraries = { 'libtensorflow.so.2': 'libtensorflow_cc.so.2' };
  const same = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
  for (const [name, target] of [...Object.entries(libraries), ...same.map((name) => [name, name] as const)]) {
    symlinkSync(join(tensorflow, target), join(folder, 'deps/lib', name));
  }
  const { addons, includes } = readAddonSources();
  const flags = ['-O1', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'];
  await compile(
    {
      compiler: findCompiler(process.env),
      flags,
      includes: [...includes, join(folder, 'deps/include')],
      sources: addons.find(({ output }) => output === BINDING)?.sources ?? [],
      link: [
        `-L${join(folder, 'deps/lib')}`,
        '-l:libtensorflow.so.2',
        '-l:libtensorflow_framework.so.2',
        '-Wl,-rpath,$ORIGIN/../../deps/lib',
      ],
      output: join(folder, 'lib/napi-v8', BINDING),
    },
    process.env,
  );
}

const context: NativeContext = {
  cacheDir: join(folder, 'cache'),
  env: process.env,
  log: () => {},
  device: 'cpu',
  gpu: '',
};

describe.skipIf(!linux || cached === null)('a package that its own install script built', () => {
  beforeAll(install);

  test('runs with its own addon; where ours do not compile, without capture', async () => {
    const found = await tfjsNodeEngine(folder, {
      ...context,
      env: { ...process.env, CXX: 'no-such-compiler' },
    });
    expect(found?.noCapture).toBe('no such C++ compiler: no-such-compiler (set CXX to one, or unset it)');
    expect(found?.engine).toMatchObject({ version: '2.21.0', layout: { graph: null, quietLoader: null } });
    expect(found?.engine.layout.binding).toBe(join(folder, 'lib/napi-v8', BINDING));
  });

  test('has our addon for graphs beside its own where there is a compiler', async () => {
    const found = await tfjsNodeEngine(folder, context);
    expect(found).toMatchObject({ noCapture: null, engine: { version: '2.21.0' } });
    expect(found?.engine.layout.binding).toBe(join(folder, 'lib/napi-v8', BINDING));
    expect(found?.engine.layout.graph).toMatch(/addons-[0-9a-f]{16}\/graph\.node$/);
  });
});
