import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from './workspace-copy.mjs';

/** @type {string} */
let copy;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'viewgap-lint-'));
  await cp(join(ROOT, 'biome.json'), join(copy, 'biome.json'));
  await cp(join(ROOT, 'tools/lint'), join(copy, 'tools/lint'), { recursive: true });
  await mkdir(join(copy, 'packages/ingest/src'), { recursive: true });
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/**
 * Lints a file of these lines in a workspace with our rules.
 * @param {string} name
 * @param {string} code
 */
async function lint(name, code) {
  const file = join(copy, 'packages/ingest/src', name);
  await writeFile(file, `${code}\n`);
  const bin = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const call = [bin, 'lint', '--vcs-enabled=false', '--colors=off', file];
  const { status, stdout, stderr } = spawnSync(process.execPath, call, { cwd: copy, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

const LIST = 'export const list: number[] = [];\nexport const more: number[] = [];\n';

describe('a list that is spread into a call, which 120,000 items overflow', () => {
  test.each([
    'list.push(...more);',
    'list.push(1, ...more);',
    'list.unshift(...more);',
    'export const most = Math.max(...more);',
    'export const least = Math.min(0, ...more);',
    'export const text = String.fromCharCode(...more);',
  ])('is refused: %s', async (line) => {
    const { status, output } = await lint('planted.ts', LIST + line);
    expect(output).toContain('A list must not be spread into a call');
    expect(status).not.toBe(0);
  });

  test.each([
    'list.push(Math.max(1, 2));',
    'export const both = [...list, ...more];',
    'list.push([...more].length);',
  ])('is none: %s', async (line) => {
    const { status, output } = await lint('planted.ts', LIST + line);
    expect([status, output]).toEqual([0, expect.not.stringContaining('spread')]);
  });

  test('is allowed in tests, whose lists are short', async () => {
    expect((await lint('planted.test.ts', `${LIST}list.push(...more);`)).status).toBe(0);
  });
});
