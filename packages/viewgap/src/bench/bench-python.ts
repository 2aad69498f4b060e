import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ConfigError } from '@viewgap/contracts';
import type { Context } from '../terminal/context.ts';

/** @throws ConfigError when a program is not Python, or has no torch */
export async function checkTorch(python: string, { cwd, env }: Context): Promise<void> {
  try {
    await promisify(execFile)(python, ['-c', 'import torch'], { cwd, env });
  } catch (cause) {
    if (typeof (cause as { code?: unknown }).code === 'string') {
      throw new ConfigError('no such Python', python, 'give the path of one that has torch', { cause });
    }
    throw new ConfigError('this Python cannot import torch', python, `run: ${python} -m pip install torch`, {
      cause,
    });
  }
}
