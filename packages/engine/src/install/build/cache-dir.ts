import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * The user's own cache folder, outside every workspace: VIEWGAP_CACHE, else XDG_CACHE_HOME/viewgap, else
 * ~/.cache/viewgap. As the XDG Base Directory specification asks, an XDG_CACHE_HOME that is not absolute is passed over.
 */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  if (env.VIEWGAP_CACHE) return resolve(env.VIEWGAP_CACHE);
  const xdg = env.XDG_CACHE_HOME;
  if (xdg?.startsWith('/')) return join(xdg, 'viewgap');
  return join(env.HOME || homedir(), '.cache', 'viewgap');
}
