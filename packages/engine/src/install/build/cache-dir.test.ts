import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultCacheDir } from './cache-dir.ts';

test.each<[NodeJS.ProcessEnv, string]>([
  [{ HOME: '/home/ada' }, '/home/ada/.cache/viewgap'],
  [{ HOME: '/home/ada', XDG_CACHE_HOME: '/scratch/ada' }, '/scratch/ada/viewgap'],
  [{ HOME: '/home/ada', XDG_CACHE_HOME: 'relative' }, '/home/ada/.cache/viewgap'],
  [{ HOME: '/home/ada', XDG_CACHE_HOME: '/scratch', VIEWGAP_CACHE: '/fast/engines' }, '/fast/engines'],
  [{}, join(homedir(), '.cache/viewgap')],
])('%o keeps its engines in %s', (env, folder) => {
  expect(defaultCacheDir(env)).toBe(folder);
});
