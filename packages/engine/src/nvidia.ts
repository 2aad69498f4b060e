import { existsSync, readFileSync } from 'node:fs';
import { EngineError } from './engine-error.ts';
import { findProgram, run } from './shell.ts';

/** The oldest driver that runs CUDA 12: NVIDIA's table of CUDA's minor version compatibility, Linux on x86-64. */
const OLDEST_DRIVER = 525;
const KERNEL_MODULE = '/proc/driver/nvidia/version';

/**
 * The NVIDIA GPUs of this machine and their driver, in words: from nvidia-smi, or from the kernel's module where a
 * container has the devices and not the program.
 *
 * @throws EngineError where there is none, or its driver is too old for CUDA 12.
 */
export async function readNvidia(env: NodeJS.ProcessEnv, kernelModule = KERNEL_MODULE): Promise<string> {
  const program = findProgram('nvidia-smi', env);
  const gpus = program === null ? readKernelModule(kernelModule) : await askNvidiaSmi(program, env);
  const driver = gpus[0]?.driver ?? '';
  if (Number.parseInt(driver, 10) < OLDEST_DRIVER) {
    const cure = `CUDA 12 needs ${OLDEST_DRIVER}.60 or newer: update the driver`;
    throw new EngineError('the NVIDIA driver is too old', driver, cure);
  }
  return `${gpus.map(({ name }) => name).join(', ')}, driver ${driver}`;
}

interface Gpu {
  readonly name: string;
  readonly driver: string;
}

async function askNvidiaSmi(program: string, env: NodeJS.ProcessEnv): Promise<Gpu[]> {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
  const { exitCode, stdout, stderr } = await run([program, ...query], env);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  if (exitCode !== 0) {
    const why = (lines[0] ?? stderr.trim().split('\n')[0]) || `exit ${exitCode}`;
    throw new EngineError('nvidia-smi finds no GPU', why, 'see: nvidia-smi');
  }
  const gpus = lines.map((line) => {
    const [name = '', driver = ''] = line.split(',').map((part) => part.trim());
    return { name, driver };
  });
  if (gpus.length === 0)
    throw new EngineError('nvidia-smi finds no GPU', 'none is listed', 'see: nvidia-smi');
  return gpus;
}

function readKernelModule(file: string): Gpu[] {
  if (!existsSync(file)) {
    const cure = 'if there is one, install its driver';
    throw new EngineError('no NVIDIA GPU found', 'no nvidia-smi, no kernel module', cure);
  }
  const driver = /Kernel Module(?: for \S+)?\s+(\d+\.[\d.]+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return [{ name: 'NVIDIA GPU', driver }];
}
