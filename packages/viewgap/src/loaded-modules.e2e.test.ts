import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../bin/viewgap.mjs', import.meta.url));
const VERBS = readdirSync(new URL('commands', import.meta.url)).flatMap((file) =>
  /^[a-z]+\.ts$/.test(file) ? [file.slice(0, -'.ts'.length)] : [],
);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewgap-modules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Paths of all that a call loads. */
function loadedBy(...args: string[]): string[] {
  const coverage = join(folder, args.join('-'));
  spawnSync(process.execPath, [BIN, ...args], { env: { ...process.env, NODE_V8_COVERAGE: coverage } });
  return readdirSync(coverage).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(coverage, file), 'utf8')) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
}

const HEAVY =
  /\/node_modules\/(apache-arrow|@duckdb|zod|@tensorflow|sharp)\/|\/packages\/(engine|evaluate|ingest|report|train)\//;

test.each(
  [
    ['--help'],
    ['--version'],
    ['ingset'],
    ['--halp'],
    ['help', 'train'],
    ['train', '--help'],
    ['train', '--model', 'model1', '--seed', 'x'],
    ['bench', 'train', '--nope'],
    ...VERBS.map((verb) => [verb, '--nope']),
  ].map((args) => [args.join(' '), args] as const),
)('viewgap %s loads none of what stages need', (_line, args) => {
  const loaded = loadedBy(...args);
  expect(loaded.some((url) => url.includes('/commander/'))).toBe(true);
  expect(loaded.filter((url) => HEAVY.test(url))).toEqual([]);
});

test.each(['--help', '--version', 'ingset', '--halp'])('viewgap %s loads no compiler', (arg) => {
  expect(loadedBy(arg).filter((url) => /\.ts$|\/node_modules\/(tsx|esbuild)\//.test(url))).toEqual([]);
});

test('a command that runs loads what it needs', () => {
  expect(loadedBy('catalog', '--pipeline', 'nowhere').some((url) => url.includes('/zod/'))).toBe(true);
});
