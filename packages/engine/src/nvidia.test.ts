import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readNvidia } from './nvidia.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-nvidia-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const none = () => join(folder, 'no-kernel-module');

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
  await expect(readNvidia(nvidiaSmi('Tesla K80, 470.256.02'), none())).rejects.toThrow(
    'the NVIDIA driver is too old: 470.256.02 (CUDA 12 needs 525.60 or newer: update the driver)',
  );
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
  expect(await readNvidia({ PATH: folder }, file)).toBe('NVIDIA GPU, driver 535.104.05');
});

test('a machine with neither has no NVIDIA GPU', async () => {
  await expect(readNvidia({ PATH: folder }, none())).rejects.toThrow(
    'no NVIDIA GPU found: no nvidia-smi, no kernel module',
  );
});
