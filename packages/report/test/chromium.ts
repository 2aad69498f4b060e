import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** The Chromium of VIEWGAP_CHROMIUM, else the first of its usual names on PATH; null where there is none. For tests. */
export function findChromium(env: NodeJS.ProcessEnv): string | null {
  if (env.VIEWGAP_CHROMIUM) return env.VIEWGAP_CHROMIUM;
  const folders = (env.PATH ?? '').split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
