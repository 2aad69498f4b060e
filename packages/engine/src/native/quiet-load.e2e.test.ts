import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAddonSources } from '../install/build/addons.ts';
import { compile, findCompiler } from '../install/build/compiler.ts';
import { findTensorFlow } from '../install/build/tensorflow.ts';

const linux = process.platform === 'linux';
const folder = mkdtempSync(join(tmpdir(), 'viewgap-load-'));
const loader = join(folder, 'quiet_load.node');
const cudart = join(folder, 'nvidia/cuda_runtime/lib/libcudart.so.12');

/** Has the soname of a CUDA library, and greets on stderr when it is loaded; itself an addon, so that Node can open it. */
const STAND_IN = `
#include <napi.h>
#include <cstdio>
__attribute__((constructor)) static void Greet() { fputs("greetings\\n", stderr); }
static Napi::Object Init(Napi::Env env, Napi::Object exports) { exports.Set("answer", 42); return exports; }
NODE_API_MODULE(stand_in, Init)
`;

/** Opens the library by its bare name, as TensorFlow does, after these were loaded by their paths. */
function openByName(paths: string[]): { stdout: string; stderr: string } {
  const program = `
    const { load } = require(${JSON.stringify(loader)});
    for (const path of ${JSON.stringify(paths)}) load(path);
    const library = { exports: {} };
    process.dlopen(library, 'libcudart.so.12');
    console.log(String(library.exports.answer));
  `;
  const env = { ...process.env, LD_LIBRARY_PATH: '' };
  return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env });
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!linux)('a library that is loaded by its path', () => {
  beforeAll(async () => {
    const { addons, includes } = readAddonSources();
    const compiler = findCompiler(process.env);
    const common = {
      compiler,
      flags: ['-O1', '-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'],
      includes,
    };
    const source = join(folder, 'stand-in.cc');
    writeFileSync(source, STAND_IN);
    mkdirSync(join(folder, 'nvidia/cuda_runtime/lib'), { recursive: true });
    const { sources } = addons.find(({ output }) => output === 'quiet_load.node') ?? { sources: [] };
    await compile({ ...common, sources, link: ['-ldl'], output: loader }, process.env);
    const link = ['-Wl,-soname,libcudart.so.12'];
    await compile({ ...common, sources: [source], link, output: cudart }, process.env);
  });
  test('is found by its bare name afterwards, on no search path, and was quiet', () => {
    expect(openByName([]).stderr).toMatch(/libcudart\.so\.12: cannot open shared object file/);
    const { stdout, stderr } = openByName([cudart]);
    expect(stderr).toBe('');
    expect(stdout).toBe('42\n');
  });

  test("that is missing is an error in the loader's words", () => {
    const missing = join(folder, 'nvidia/cudnn/lib/libcudnn.so.9');
    expect(openByName([missing]).stderr).toMatch(/Error: .*libcudnn\.so\.9: cannot open shared object file/);
  });
});

test('the libraries of CUDA beside TensorFlow are listed, each after those that it needs', () => {
  const package_ = join(folder, 'site-packages');
  const files = [
    'tensorflow/libtensorflow_cc.so.2',
    'tensorflow/libtensorflow_framework.so.2',
    'tensorflow/include/tensorflow/c/eager/c_api.h',
    'nvidia/cudnn/lib/libcudnn.so.9',
    'nvidia/cudnn/lib/libcudnn_ops.so.9',
    'nvidia/cublas/lib/libcublas.so.12',
    'nvidia/cublas/lib/libcublasLt.so.12',
    'nvidia/cuda_runtime/lib/libcudart.so.12',
    'nvidia/cusolver/lib/libcusolver.so.11',
    'nvidia/cusparse/lib/libcusparse.so.12',
    'nvidia/nvjitlink/lib/libnvJitLink.so.12',
    'nvidia/cuda_nvcc/bin/ptxas',
  ];
  for (const file of files) {
    mkdirSync(join(package_, file, '..'), { recursive: true });
    writeFileSync(join(package_, file), '');
  }
  const found = findTensorFlow(package_);
  expect(found?.cuda.map((path) => path.slice(path.lastIndexOf('/') + 1))).toEqual([
    'libcudart.so.12',
    'libnvJitLink.so.12',
    'libcublasLt.so.12',
    'libcublas.so.12',
    'libcusparse.so.12',
    'libcudnn.so.9',
    'libcusolver.so.11',
  ]);
  expect(findTensorFlow(join(package_, 'tensorflow'))).toEqual(found);
  expect(findTensorFlow(join(package_, 'nvidia'))).toBe(null);
});
