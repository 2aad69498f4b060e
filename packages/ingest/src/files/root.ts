import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { UserError } from '@viewgap/contracts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Folder of a source from pipeline.json's `root`: relative to the pipeline's folder, absolute, or `$NAME`
 * (with or without a path behind it) for an environment variable that holds an absolute path.
 * @throws UserError where the variable is not set or the folder does not exist
 */
export async function resolveRoot(root: string, pipelineFolder: string, env: Environment): Promise<string> {
  const variable = /^\$([A-Za-z_]\w*)(?:\/(.*))?$/.exec(root);
  const folder = variable
    ? fromVariable(variable[1] ?? '', variable[2] ?? '', env)
    : resolve(pipelineFolder, root);
  const cure = variable
    ? `set ${variable[1]} to the folder of the source`
    : "correct the source's root in pipeline.json";
  try {
    if ((await stat(folder)).isDirectory()) return folder;
  } catch (cause) {
    if (!['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new UserError('no such folder', folder, cure, { cause });
  }
  throw new UserError('not a folder', folder, cure);
}

function fromVariable(name: string, rest: string, env: Environment): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new UserError('an environment variable is not set', name, `export ${name}=/path/to/the/source`);
  }
  if (!isAbsolute(value))
    throw new UserError(`${name} is not an absolute path`, value, 'give the whole path');
  return join(value, rest);
}
