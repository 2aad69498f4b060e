import { stripVTControlCharacters } from 'node:util';

/**
 * Sums the `Tests  1 failed | 8 passed | 2 skipped (11)` lines of vitest, of tests that ran and of tests that Nx
 * replayed from its cache.
 * @param {string} output of `nx run-many -t test`
 * @returns {{ passed: number, failed: number, suites: number }} `suites`: how many such lines there are
 */
export function testCounts(output) {
  const counts = { passed: 0, failed: 0, suites: 0 };
  for (const line of stripVTControlCharacters(output).split('\n')) {
    const [, tests] = /^\s*Tests\s+(.+\(\d+\)|no tests)\s*$/.exec(line) ?? [];
    if (tests === undefined) continue;
    counts.suites += 1;
    counts.passed += Number(/(\d+) passed/.exec(tests)?.[1] ?? 0);
    counts.failed += Number(/(\d+) failed/.exec(tests)?.[1] ?? 0);
  }
  return counts;
}

/**
 * Names of the tests that failed, each once, as vitest lists them below its results: ` FAIL  file > test`.
 * @param {string} output of `nx run-many -t test`, stderr too
 */
export function failedTests(output) {
  const names = stripVTControlCharacters(output).matchAll(/^\s*FAIL\s+(\S.*?)\s*$/gm);
  return [...new Set(Array.from(names, ([, name = '']) => name))];
}

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
