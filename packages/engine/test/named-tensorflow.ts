import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareEngine } from '../src/index.ts';

/** Prepares an engine on a machine without a network, whose VIEWGAP_TENSORFLOW is this. */
export async function prepareWith(path: string, folder: string, env: NodeJS.ProcessEnv = process.env) {
  const said: string[] = [];
  const offline = { ...env, VIEWGAP_TENSORFLOW: path, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1' };
  const options = { cacheDir: join(folder, 'cache'), log: (line: string) => said.push(line), env: offline };
  return { report: await prepareEngine(options), said };
}

/** An environment in which nvidia-smi lists a GPU. */
export function withGpu(folder: string): NodeJS.ProcessEnv {
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, '#!/bin/sh\necho NVIDIA H100, 550.54.15\n', { mode: 0o755 });
  return { ...process.env, CUDA_VISIBLE_DEVICES: '0', PATH: `${folder}:${process.env.PATH}` };
}
