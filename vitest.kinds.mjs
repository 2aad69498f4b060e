import { defineConfig } from 'vitest/config';

const ANY = '**/*.test.?(m)[jt]s';
/** @param {'e2e' | 'long'} kind */
const named = (kind) => `**/*.${kind}.test.?(m)[jt]s`;

/**
 * The tests of a package by kind, each a project of vitest and a target of Nx: `test` is fast, `e2e` (*.e2e.test.ts)
 * starts processes or trains, `long` (*.long.test.ts) proves a claim in minutes and is run by hand.
 * @typedef {import('vitest/config').TestProjectInlineConfiguration['test']} Options
 * @param {{ seconds: number, maxWorkers?: number, test?: Options, e2e?: Options }} options `seconds`: after which a
 * test or hook fails; many times what it takes alone, for a busy machine
 */
export function testKinds({ seconds, maxWorkers = 1, test = {}, e2e = {} }) {
  const timeouts = { testTimeout: 1000 * seconds, hookTimeout: 1000 * seconds };
  return defineConfig({
    test: {
      maxWorkers,
      projects: [
        {
          test: {
            name: 'test',
            include: [ANY],
            exclude: ['**/node_modules/**', named('e2e'), named('long')],
            ...timeouts,
            ...test,
          },
        },
        { test: { name: 'e2e', include: [named('e2e')], ...timeouts, ...e2e } },
        {
          test: { name: 'long', include: [named('long')], testTimeout: 1_800_000, hookTimeout: 1_800_000 },
        },
      ],
    },
  });
}
