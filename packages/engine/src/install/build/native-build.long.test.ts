import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BINDING, ensureAddons, readAddonSources } from './addons.ts';
import { ensureDistribution, layoutOf } from './native-build.ts';
import { findPython } from './python.ts';
import { selfTest } from './self-test.ts';
import { downloadWheels } from './wheel.ts';
import { CPU_DISTRIBUTION } from './wheels.ts';

const root = mkdtempSync(join(tmpdir(), 'viewgap-build-'));
const cacheDir = join(root, 'cache');

// One download serves all builds; where there is none, there is nothing to build.
const wheels = join(root, 'wheels');
const heard: string[] = [];
const options = { env: process.env, log: (line: string) => heard.push(line), everyMs: 50 };
const download = await findPython(process.env)
  .then((python) => downloadWheels(python, CPU_DISTRIBUTION, wheels, options))
  .then(
    () => 'done',
    (error: Error) => error.message,
  );
const linux = process.platform === 'linux' && process.arch === 'x64';

const PROGRAM = `
const { startEngine, tf } = await import(${JSON.stringify(new URL('../../index.ts', import.meta.url).href)});
const { nativeGraph } = await import(${JSON.stringify(new URL('../../backends/native-engine.ts', import.meta.url).href)});
const log = (line) => console.log(line);
const { report } = await startEngine({ cacheDir: process.argv[1], log, prefer: 'native' });
console.log(report.steps.find((step) => step.taken).why);
console.log(typeof nativeGraph().Graph, [...tf.matMul([[1, 2]], [[3], [4]]).dataSync()].join());
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

/** Starts the engine, and kills it and all that it started when it says `line`. */
async function killAt(line: string): Promise<void> {
  const { child, lines } = start();
  for await (const said of lines) {
    if (said === line) process.kill(-(child.pid as number), 'SIGKILL');
  }
}

const cached = (start: string) =>
  readdirSync(cacheDir).filter((name) => name.startsWith(start) && !name.endsWith('.lock'));
const isDraft = (name: string) => name.includes('.build-');

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.runIf(linux)('TensorFlow can be downloaded', () => {
  expect(download).toBe('done');
});

describe.skipIf(!linux || download !== 'done')('the native engine', () => {
  test('while TensorFlow downloads, its progress is shown', () => {
    const megabytes = heard.map((line) =>
      Number(/^engine: downloading TensorFlow 2\.21\.0: (\d+) of 274 MB$/.exec(line)?.[1]),
    );
    expect(megabytes.some((count) => count > 0)).toBe(true);
    expect(megabytes.every((count) => count >= 0 && count <= 274)).toBe(true);
  });

  test('killed while it unpacks or compiles, it leaves nothing that has a finished name', async () => {
    await killAt('engine: unpacking');
    expect(cached('tensorflow-').map(isDraft)).toEqual([true]);
    await killAt('engine: compiling the addons');
    expect(cached('tensorflow-').map(isDraft)).toEqual([false]);
    expect(cached('addons-').map(isDraft)).toEqual([true]);
  });

  describe('after that', () => {
    let both: Awaited<ReturnType<typeof finish>>[];
    beforeAll(async () => {
      rmSync(cacheDir, { recursive: true });
      await killAt('engine: unpacking');
      both = await Promise.all([finish(), finish()]);
    });

    test('two processes at once build it once, and it runs in both without a word on stderr', () => {
      for (const { code, lines, stderr } of both) {
        expect(stderr).toBe('');
        expect(code).toBe(0);
        expect(lines.at(-1)).toBe('function 11');
      }
      const count = (text: string) =>
        both.filter(({ lines }) => lines.some((line) => line.includes(text))).length;
      expect(count('engine: compiling the addons')).toBe(1);
      expect(count('TensorFlow 2.21.0, just built in')).toBe(1);
      expect(count('another process is preparing the native engine: waiting for it')).toBeGreaterThan(0);
    });

    test('nothing is left of the one that was killed', () => {
      expect(readdirSync(cacheDir).map((name) => name.replace(/[0-9a-f]{8,}$/, ''))).toEqual([
        'addons-',
        'tensorflow-2.21.0-cpu-',
      ]);
      const addons = readdirSync(join(cacheDir, cached('addons-')[0] as string));
      expect(addons.filter((name) => !name.startsWith('passed-'))).toEqual([
        'files.json',
        'graph.node',
        'quiet_load.node',
        'tfjs_binding.node',
      ]);
    });

    test('the next start finds it, and says nothing', async () => {
      const { code, lines } = await finish();
      expect(code).toBe(0);
      const folder = join(cacheDir, cached('addons-')[0] as string);
      expect(lines).toEqual([`TensorFlow 2.21.0, found in ${folder}`, 'function 11']);
    });

    test('an edited source is compiled again, against the TensorFlow that is there', async () => {
      const said: string[] = [];
      const context = { cacheDir, env: process.env, log: (line: string) => said.push(line) };
      const tensorflow = await ensureDistribution(CPU_DISTRIBUTION, context);
      const edited = { ...readAddonSources(), sha256: 'of an edited source' };
      const before = cached('addons-');
      const { built } = await ensureAddons(edited, tensorflow, {
        ...context,
        outputs: [BINDING],
        test: (draft) => {
          const layout = layoutOf(tensorflow, null, join(draft, BINDING), 'cpu');
          return selfTest(layout, { gpu: '', env: process.env }, 'none');
        },
      });
      expect(built).toBe(true);
      expect(said).toEqual(['engine: compiling the addons', 'engine: testing it']);
      expect(cached('addons-')).toHaveLength(before.length + 1);
    });

    test('a library that was cut short is not trusted: it is unpacked again', async () => {
      const library = join(cacheDir, cached('tensorflow-')[0] as string, 'tensorflow/libtensorflow_cc.so.2');
      truncateSync(library, 1e6);
      const { code, lines } = await finish();
      expect(code).toBe(0);
      expect(lines).toContain('engine: unpacking');
      expect(lines).not.toContain('engine: compiling the addons');
      expect(lines.at(-1)).toBe('function 11');
    });
  });
});
