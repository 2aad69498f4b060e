import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** TensorFlow's shared libraries and C headers, as they lie on disk. */
export interface TensorFlow {
  /** The folder that holds the libraries, absolute. */
  readonly folder: string;
  /** Names of the libraries that an addon links with. */
  readonly libraries: readonly string[];
  /** The include folder: it holds tensorflow/c/c_api.h. */
  readonly headers: string;
  /** Libraries of CUDA beside it, absolute, each after those that it needs; empty where there are none. */
  readonly cuda: readonly string[];
}

const FRAMEWORK = 'libtensorflow_framework.so.2';
const PYTHON_PACKAGE = ['libtensorflow_cc.so.2', FRAMEWORK] as const;
const C_LIBRARY = ['libtensorflow.so.2', FRAMEWORK] as const;

/** Where TensorFlow may lie below a folder: an installed Python package, an unpacked wheel, the C library. */
const LAYOUTS: readonly { libraries: readonly string[]; folder: string; headers: string }[] = [
  { libraries: PYTHON_PACKAGE, folder: '', headers: 'include' },
  { libraries: PYTHON_PACKAGE, folder: 'tensorflow', headers: 'tensorflow/include' },
  { libraries: C_LIBRARY, folder: 'lib', headers: 'include' },
];

/** What findTensorFlow looks for, for a person. */
export const LOOKED_FOR = LAYOUTS.map(({ folder, libraries }) => join(folder, libraries[0] as string));

/** CUDA's libraries as TensorFlow opens them, each after those that it needs. */
const CUDA_LIBRARIES =
  /^lib(cudart|nvJitLink|cublasLt|cublas|cupti|cufft|curand|cusparse|cusolver|nccl|nvrtc|cudnn)\.so\.\d+$/;
const CUDA_ORDER = ['cudart', 'nvJitLink', 'cublasLt', 'cublas', 'cupti', 'cufft', 'curand', 'cusparse'];

/** TensorFlow in or below `path`; null when there is none. */
export function findTensorFlow(path: string): TensorFlow | null {
  for (const layout of LAYOUTS) {
    const folder = resolve(path, layout.folder);
    const headers = resolve(path, layout.headers);
    const files = layout.libraries.map((name) => join(folder, name));
    if (![...files, join(headers, 'tensorflow/c/eager/c_api.h')].every((file) => existsSync(file))) continue;
    return {
      folder,
      libraries: layout.libraries,
      headers,
      cuda: findCuda(join(dirname(folder), 'nvidia')),
    };
  }
  return null;
}

/** The libraries of pip's nvidia-*-cu12 packages, which lie in nvidia/<package>/lib. */
function findCuda(nvidia: string): string[] {
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .map((name) => join(nvidia, name, 'lib'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => ({ name, path: join(folder, name) })))
    .filter(({ name }) => CUDA_LIBRARIES.test(name))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
    .map(({ path }) => path);
}

function rank(library: string): number {
  const name = CUDA_LIBRARIES.exec(library)?.[1] ?? '';
  const place = CUDA_ORDER.indexOf(name);
  return place < 0 ? CUDA_ORDER.length : place;
}
