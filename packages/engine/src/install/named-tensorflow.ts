import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EngineError } from '../system/engine-error.ts';
import { ensureDistribution, type NativeContext } from './build/native-build.ts';
import { findTensorFlow, LOOKED_FOR, type TensorFlow } from './build/tensorflow.ts';
import { CPU_DISTRIBUTION, CUDA_DISTRIBUTION, type Distribution, type Wheel } from './build/wheels.ts';

/** The environment variable that names a TensorFlow on disk. */
export const VARIABLE = 'VIEWGAP_TENSORFLOW';

/**
 * TensorFlow where the user says that it is, for machines without a network: an installed Python package, an unpacked
 * wheel, the C library, or the pinned wheels themselves (a wheel, or a folder of wheels), which are then unpacked into
 * the cache.
 *
 * @returns TensorFlow, and the wheel that it was unpacked from
 * @throws EngineError when there is none of these
 */
export async function namedTensorFlow(
  path: string,
  context: NativeContext,
): Promise<{ tensorflow: TensorFlow; wheel: Wheel | null }> {
  if (!existsSync(path))
    throw new EngineError(`${VARIABLE} is not there`, path, 'set it to a folder, or unset it');
  const tensorflow = findTensorFlow(path);
  if (tensorflow !== null) return { tensorflow, wheel: null };
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const names = readdirSync(folder).filter((name) => name.endsWith('.whl'));
  const distribution = choose(names, context.device);
  if (distribution === undefined) {
    const wheels = [CPU_DISTRIBUTION, CUDA_DISTRIBUTION].map(({ wheels }) => `${prefix(wheels[0])}*.whl`);
    const sought = [...LOOKED_FOR.map((name) => `${name} with its include folder`), ...wheels];
    throw new EngineError(`${VARIABLE} holds no TensorFlow`, path, `looked for ${sought.join(', ')}`);
  }
  const wheel = distribution.wheels[0];
  const obtain = () => Promise.all(distribution.wheels.map((pin) => verified(pin, folder, names)));
  return { tensorflow: await ensureDistribution(distribution, context, obtain), wheel };
}

/** The wheel for the CPU does not drive a GPU; that for a GPU runs on the CPU without the libraries of CUDA. */
function choose(names: readonly string[], device: NativeContext['device']): Distribution | undefined {
  const has = ({ wheels }: Distribution) => names.some((name) => name.startsWith(prefix(wheels[0])));
  if (device === 'gpu') return [CUDA_DISTRIBUTION, CPU_DISTRIBUTION].find(has);
  const { wheels, ...cuda } = CUDA_DISTRIBUTION;
  return [CPU_DISTRIBUTION, { ...cuda, wheels: [wheels[0]], bytes: 1.5e9 } as const].find(has);
}

async function verified(pin: Wheel, folder: string, names: readonly string[]): Promise<string> {
  const name = names.find((candidate) => candidate.startsWith(prefix(pin)));
  if (name === undefined) {
    const cure = `put the wheel of ${pin.requirement} there`;
    throw new EngineError(`${VARIABLE} lacks a wheel`, join(folder, `${prefix(pin)}*.whl`), cure);
  }
  const path = join(folder, name);
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const sha256 = hash.digest('hex');
  if (sha256 === pin.sha256) return path;
  const cure = `sha256 ${sha256}, not ${pin.sha256}: get it again, or name a folder that it is unpacked in`;
  throw new EngineError('not the wheel that is pinned', path, cure);
}

/** As wheel files are named: `nvidia_cublas_cu12-12.5.3.2-`. */
function prefix({ requirement }: Wheel): string {
  const [name = '', version = ''] = requirement.split('==');
  return `${name.replaceAll('-', '_')}-${version}-`;
}
