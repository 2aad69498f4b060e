import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../system/engine-error.ts';
import { findProgram, run } from '../system/shell.ts';
import { UnusableGpuError } from './unusable-gpu.ts';

/** The oldest driver that runs CUDA 12: NVIDIA's table of CUDA's minor version compatibility, Linux on x86-64. */
const OLDEST_DRIVER = 525;

/** Where Linux says what hardware there is. */
export interface HardwareFiles {
  readonly kernelModule: string;
  /** A folder for each PCI device. */
  readonly pciDevices: string;
}

const LINUX: HardwareFiles = {
  kernelModule: '/proc/driver/nvidia/version',
  pciDevices: '/sys/bus/pci/devices',
};

/**
 * The NVIDIA GPUs of this machine and their driver, in words: from nvidia-smi, or from the kernel's module where a
 * container has the devices and not the program.
 *
 * @throws EngineError where there is none, or CUDA_VISIBLE_DEVICES hides them all
 * @throws UnusableGpuError where its driver is too old for CUDA 12, or does not answer
 */
export async function readNvidia(env: NodeJS.ProcessEnv, files = LINUX): Promise<string> {
  const program = findProgram('nvidia-smi', env);
  const gpus =
    program === null ? readKernelModule(files.kernelModule) : await askNvidiaSmi(program, env, files);
  const driver = gpus[0]?.driver ?? '';
  const words = `${gpus.map(({ name }) => name).join(', ')}, driver ${driver}`;
  const { CUDA_VISIBLE_DEVICES: visible } = env;
  if (visible !== undefined && /^(-1.*)?$/.test(visible.trim())) {
    throw new EngineError('the NVIDIA GPUs are hidden', `CUDA_VISIBLE_DEVICES=${visible}`, 'unset it');
  }
  if (Number.parseInt(driver, 10) < OLDEST_DRIVER) {
    const cure = `CUDA 12 needs ${OLDEST_DRIVER}.60 or newer: update the driver`;
    throw new UnusableGpuError(words, { what: 'the NVIDIA driver is too old', value: driver, cure });
  }
  return words;
}

interface Gpu {
  readonly name: string;
  readonly driver: string;
}

async function askNvidiaSmi(
  program: string,
  env: NodeJS.ProcessEnv,
  { pciDevices }: HardwareFiles,
): Promise<Gpu[]> {
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
  const { exitCode, stdout, stderr } = await run([program, ...query], env);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  if (exitCode !== 0) {
    const why = (lines[0] ?? stderr.trim().split('\n')[0]) || `exit ${exitCode}`;
    const error = new EngineError('nvidia-smi finds no GPU', why, 'see: nvidia-smi');
    // Nodes of a cluster may all have the program, and some of them a GPU.
    throw hasNvidiaCard(pciDevices) ? new UnusableGpuError('an NVIDIA GPU', error) : error;
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

/** Whether a display controller or a 3D one (class 03) of NVIDIA's (vendor 10de) is on the bus. */
function hasNvidiaCard(pciDevices: string): boolean {
  if (!existsSync(pciDevices)) return false;
  return readdirSync(pciDevices).some((device) => {
    const [vendor, kind] = ['vendor', 'class'].map((name) => {
      const file = join(pciDevices, device, name);
      return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    });
    return vendor === '0x10de' && kind?.startsWith('0x03') === true;
  });
}
