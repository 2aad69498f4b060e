import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Is the folder of a source there? As `viewgap pipeline` sees it, which tells what is missing.
 * @param {string} root relative to the pipeline's folder, absolute, or `$NAME` (with or without a path behind it)
 * @param {string} folder of the pipeline
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function rootExists(root, folder, env) {
  const variable = /^\$([A-Za-z_]\w*)(.*)$/.exec(root);
  if (!variable) return existsSync(resolve(folder, root));
  const value = env[variable[1] ?? ''];
  return value !== undefined && value !== '' && existsSync(`${value}${variable[2]}`);
}
