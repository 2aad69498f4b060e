import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { mendAveragePoolGradient } from '../kernels/pool-gradient.ts';
import { EngineError } from '../system/engine-error.ts';
import { run } from '../system/shell.ts';
import { tf } from '../tf/tf.ts';

const require = createRequire(import.meta.url);
const ADAPTER = fileURLToPath(new URL('./webgpu-adapter.mjs', import.meta.url));

/** Optional: Dawn is 130 MB for all platforms together. */
const DAWN = 'webgpu';
const BACKEND = '@tensorflow/tfjs-backend-webgpu';
const INSTALL = `npm i ${DAWN} ${BACKEND}@4.22.0`;

/** The description that a WebGPU adapter gives. */
export interface WebgpuAdapter {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** A processor that plays the GPU. */
  readonly isFallbackAdapter: boolean;
}

/**
 * The GPU that WebGPU would run on, in words.
 * @throws EngineError when the packages are not installed, or there is no adapter of hardware.
 */
export async function findWebgpu(env: NodeJS.ProcessEnv): Promise<string> {
  const missing = [DAWN, BACKEND].find((name) => resolvePackage(name) === null);
  if (missing !== undefined) throw new EngineError('an npm package is not installed', missing, INSTALL);
  const { exitCode, signal, stdout, stderr } = await run(
    [process.execPath, ADAPTER, pathToFileURL(resolvePackage(DAWN) ?? '').href],
    env,
  );
  if (exitCode !== 0) {
    const why = signal ?? (stderr.split('\n').find((line) => /error/i.test(line)) || `exit ${exitCode}`);
    throw new EngineError('Dawn does not run', why, 'see: npm ls webgpu');
  }
  return nameOfHardware(JSON.parse(stdout) as WebgpuAdapter | null);
}

/** The name of an adapter. @throws EngineError where there is none, or it is software. */
export function nameOfHardware(adapter: WebgpuAdapter | null): string {
  if (adapter === null) {
    throw new EngineError(
      'WebGPU finds no adapter',
      'no driver for Vulkan, Metal or Direct3D',
      'install one',
    );
  }
  const { vendor, architecture, description, isFallbackAdapter } = adapter;
  const name = description || `${vendor} ${architecture}`;
  if (isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(`${architecture} ${description}`)) {
    throw new EngineError('the only WebGPU adapter is software', name, 'it needs the driver of a GPU');
  }
  return name;
}

interface Dawn {
  create(options: readonly string[]): object;
  readonly globals: object;
}

/**
 * Makes WebGPU TensorFlow.js's backend, on whatever adapter Dawn offers first.
 * @throws EngineError when it does not start
 */
export async function loadWebgpu(): Promise<void> {
  if (tf.engine().registryFactory.webgpu === undefined) {
    const dawn = (await import(pathToFileURL(require.resolve(DAWN)).href)) as Dawn;
    exposeAsInBrowsers(dawn.globals, dawn.create([]));
    require(BACKEND);
    mendAveragePoolGradient('webgpu');
  }
  if (!(await tf.setBackend('webgpu'))) {
    throw new EngineError('the WebGPU engine does not start', process.version, 'take another engine');
  }
}

/** tfjs looks for navigator.gpu and for WebGPU's constants among the globals; Node 20 has no navigator at all. */
function exposeAsInBrowsers(constants: object, gpu: object): void {
  Object.assign(globalThis, constants);
  const navigator: object = Reflect.get(globalThis, 'navigator') ?? {
    userAgent: `Node.js/${process.version}`,
  };
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
}

function resolvePackage(name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}
