import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNvidia } from './nvidia.ts';
import { UnusableGpuError } from './unusable-gpu.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-nvidia-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const none = () => ({ kernelModule: join(folder, 'no-kernel-module'), pciDevices: join(folder, 'pci') });

/** Puts a device on the bus. */
function plugIn(name: string, vendor: string, kind: string): void {
  const device = join(none().pciDevices, name);
  mkdirSync(device, { recursive: true });
  writeFileSync(join(device, 'vendor'), `${vendor}\n`);
  writeFileSync(join(device, 'class'), `${kind}\n`);
}

/** A machine whose nvidia-smi prints this. */
function nvidiaSmi(output: string, exitCode = 0): NodeJS.ProcessEnv {
  const script = `#!/bin/sh\ncat <<'END'\n${output}\nEND\nexit ${exitCode}\n`;
  writeFileSync(join(folder, 'nvidia-smi'), script, { mode: 0o755 });
  return { PATH: `${folder}:/usr/bin:/bin` };
}

test('the GPUs and their driver are read from nvidia-smi', async () => {
  const env = nvidiaSmi('NVIDIA H100 80GB HBM3, 550.54.15\nNVIDIA H100 80GB HBM3, 550.54.15');
  expect(await readNvidia(env, none())).toBe(
    'NVIDIA H100 80GB HBM3, NVIDIA H100 80GB HBM3, driver 550.54.15',
  );
});

test('a driver from before CUDA 12 is too old', async () => {
  const read = readNvidia(nvidiaSmi('Tesla K80, 470.256.02'), none());
  await expect(read).rejects.toThrow(
    'the NVIDIA driver is too old: 470.256.02 (CUDA 12 needs 525.60 or newer: update the driver)',
  );
  await expect(read).rejects.toMatchObject({ gpu: 'Tesla K80, driver 470.256.02' });
});

test.each(['', '-1'])('GPUs that CUDA_VISIBLE_DEVICES=%j hides are as good as none', async (hidden) => {
  const env = { ...nvidiaSmi('NVIDIA H100, 550.54.15'), CUDA_VISIBLE_DEVICES: hidden };
  const read = readNvidia(env, none());
  await expect(read).rejects.toThrow(`the NVIDIA GPUs are hidden: CUDA_VISIBLE_DEVICES=${hidden} (unset it)`);
  await expect(read).rejects.not.toBeInstanceOf(UnusableGpuError);
  expect(await readNvidia({ ...env, CUDA_VISIBLE_DEVICES: '0' }, none())).toContain('H100');
});

test('a driver that does not answer leaves a card unusable, where there is one', async () => {
  const env = nvidiaSmi('NVIDIA-SMI has failed.', 9);
  plugIn('0000:00:1f.0', '0x8086', '0x060100');
  // Its sound.
  plugIn('0000:01:00.1', '0x10de', '0x040300');
  await expect(readNvidia(env, none())).rejects.not.toBeInstanceOf(UnusableGpuError);
  plugIn('0000:01:00.0', '0x10de', '0x030200');
  await expect(readNvidia(env, none())).rejects.toMatchObject({
    gpu: 'an NVIDIA GPU',
    message: 'nvidia-smi finds no GPU: NVIDIA-SMI has failed. (see: nvidia-smi)',
  });
});

test.each([
  ['NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.', 9],
  ['No devices were found', 6],
])('of nvidia-smi saying %j, that is said', async (output, exitCode) => {
  await expect(readNvidia(nvidiaSmi(output, exitCode), none())).rejects.toThrow(
    `nvidia-smi finds no GPU: ${output} (see: nvidia-smi)`,
  );
});

test.each([
  'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023',
  'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  535.104.05  Release Build  (archlinux-builder@)',
])('without nvidia-smi the kernel says which driver it is: %s', async (text) => {
  const file = join(folder, 'version');
  writeFileSync(file, `${text}\nGCC version:  gcc version 12.2.0\n`);
  expect(await readNvidia({ PATH: folder }, { ...none(), kernelModule: file })).toBe(
    'NVIDIA GPU, driver 535.104.05',
  );
});

test('a machine with neither has no NVIDIA GPU', async () => {
  await expect(readNvidia({ PATH: folder }, none())).rejects.toThrow(
    'no NVIDIA GPU found: no nvidia-smi, no kernel module',
  );
});
