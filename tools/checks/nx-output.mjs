import { stripVTControlCharacters } from 'node:util';

/**
 * Tasks that Nx served from its cache, or whose outputs it left because they are those of the cache.
 * @param {string} output of an `nx run-many`
 * @returns {Set<string>} as `project:target`
 */
export function cachedTasks(output) {
  const line =
    /^\s*> nx run (\S+)\s+\[(?:local cache|remote cache|existing outputs match the cache)[^\]]*\]\s*$/gm;
  return new Set(Array.from(stripVTControlCharacters(output).matchAll(line), ([, task = '']) => task));
}
