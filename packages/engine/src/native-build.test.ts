import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from './python.ts';
import { readRecipe } from './recipe.ts';
import { downloadWheel } from './wheel.ts';

const root = mkdtempSync(join(tmpdir(), 'viewgap-build-'));
const cacheDir = join(root, 'cache');
const final = `native-${readRecipe().key}`;

// One download serves all builds; where there is none, there is nothing to build.
const wheels = join(root, 'wheels');
const heard: string[] = [];
const download = await findPython(process.env)
  .then((python) =>
    downloadWheel(python, wheels, { env: process.env, log: (line) => heard.push(line), everyMs: 50 }),
  )
  .then(
    () => 'done',
    (error: Error) => error.message,
  );
const linux = process.platform === 'linux' && process.arch === 'x64';

const PROGRAM = `
const { startEngine, tf } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
const log = (line) => console.log(line);
const { report } = await startEngine({ cacheDir: process.argv[1], log, prefer: 'native' });
console.log(report.steps.at(-1).why);
console.log([...tf.matMul([[1, 2]], [[3], [4]]).dataSync()].join());
`;

/** A process of its own, in a process group of its own, that starts the native engine. */
function start(): { child: ChildProcess; lines: AsyncIterable<string>; stderr: () => string } {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', PROGRAM, cacheDir],
    {
      env: { ...process.env, PIP_CONFIG_FILE: '/dev/null', PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let stderr = '';
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  if (child.stdout === null) throw new Error('no stdout');
  return { child, lines: createInterface({ input: child.stdout }), stderr: () => stderr };
}

async function finish(): Promise<{ code: number | null; lines: string[]; stderr: string }> {
  const { child, lines, stderr } = start();
  const closed = once(child, 'close');
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  const [code] = (await closed) as [number | null];
  return { code, lines: read, stderr: stderr() };
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.runIf(linux && process.env.CI)('CI can download TensorFlow', () => {
  expect(download).toBe('done');
});

describe.skipIf(!linux || download !== 'done')('the native engine', () => {
  beforeAll(async () => {
    const { child, lines } = start();
    for await (const line of lines) {
      if (line !== 'engine: unpacking') continue;
      process.kill(-(child.pid as number), 'SIGKILL');
    }
  });

  test('while TensorFlow comes, it is said how much of it has', () => {
    const megabytes = heard.map((line) =>
      Number(/^engine: downloading TensorFlow 2\.21\.0: (\d+) of 274 MB$/.exec(line)?.[1]),
    );
    expect(megabytes.some((count) => count > 0)).toBe(true);
    expect(megabytes.every((count) => count >= 0 && count <= 274)).toBe(true);
  });

  test('a build that was killed leaves nothing that has the finished name', () => {
    const left = readdirSync(cacheDir);
    expect(left).not.toContain(final);
    expect(left.filter((name) => name.startsWith(`${final}.build-`))).toHaveLength(1);
  });

  test('after that, two processes at once build it once, and it runs in both without a word on stderr', async () => {
    const both = await Promise.all([finish(), finish()]);
    for (const { code, lines, stderr } of both) {
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(lines.at(-1)).toBe('11');
    }
    const count = (text: string) =>
      both.filter(({ lines }) => lines.some((line) => line.includes(text))).length;
    expect(count('engine: compiling the addon')).toBe(1);
    expect(count('TensorFlow 2.21.0, just built in')).toBe(1);
    expect(count('engine: another process is preparing the native engine: waiting for it')).toBeGreaterThan(
      0,
    );
    expect(readdirSync(cacheDir)).toEqual([final]);
    expect(readdirSync(join(cacheDir, final)).filter((name) => !name.startsWith('passed-'))).toEqual([
      'engine.json',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
      'quiet_load.node',
      'tfjs_binding.node',
    ]);
  });

  test('the next start finds it, and says nothing', async () => {
    const { code, lines } = await finish();
    expect(code).toBe(0);
    expect(lines).toEqual([`TensorFlow 2.21.0, found in ${join(cacheDir, final)}`, '11']);
  });
});
