import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as baseTest, describe, expect, test } from 'vitest';
import { decodeSafetensors, defaultCacheDir, prepareEngine } from './index.ts';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const readme = readFileSync(pathOf('../README.md'), 'utf8');
const programs = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, program]) => program);
const cacheDir = defaultCacheDir(process.env);
const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');

/** Runs a program in a folder that sees this workspace's packages. */
function run(program: string) {
  const folder = mkdtempSync(join(tmpdir(), 'viewgap-readme-'));
  try {
    symlinkSync(pathOf('../../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'example.mjs'), program);
    const args = ['--import', 'tsx', 'example.mjs'];
    // Where colours are forced, Node prints numbers in them.
    const env = { ...process.env, FORCE_COLOR: '0' };
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env,
    });
    expect(status, stderr).toBe(0);
    return { lines: stdout.trim().split('\n'), state: readFileSync(join(folder, 'state.safetensors')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  baseTest.skipIf(prefer === 'native' && !native)('the programs of the README run as they stand', () => {
    const program = programs.join('').replace('startEngine({', `startEngine({ prefer: '${prefer}',`);
    const { lines, state } = run(program);
    const losses = lines.slice(0, 100).map(Number);
    expect(losses[0]).toBeGreaterThan(2);
    expect(losses[99]).toBeLessThan(0.5 * (losses[0] as number));
    expect(lines[100]).toMatch(/^Float32Array\(10\) \[/);
    const names = [...decodeSafetensors(state).tensors.keys()];
    expect(names).toContain('dense_Dense1/kernel');
    expect(names).toContain('adam/v/conv2d_Conv2D1/bias');
  });
});

test('the errors that the README quotes are those of the code', () => {
  const folder = pathOf('capture');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const code = sources.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  const rows = readme.split('\n').filter((line) => line.includes('| `a captured step'));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const [, , error = '', cure = ''] = row.split('|');
    for (const [, quoted = ''] of `${error}${cure}`.matchAll(/`([^`]+)`/g)) expect(code).toContain(quoted);
  }
});
