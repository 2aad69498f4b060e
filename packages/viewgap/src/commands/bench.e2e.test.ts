import { spawnSync } from 'node:child_process';
import { type BenchResult, defaultCacheDir, prepareEngine } from '@viewgap/engine';
import { test as baseTest, expect, test } from 'vitest';
import { BIN, type Outcome, outcomesOf } from '../../test/command.ts';

const cacheDir = defaultCacheDir(process.env);
const native = (await prepareEngine({ cacheDir, log: () => {} })).engine.startsWith('native');
const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0;

const TINY = ['--model', 'cnn', '--size', '32', '--batch', '2', '--seconds', '1', '--rounds', '1'];
const FIVE_MINUTES = 300_000;

function bench(...args: string[]) {
  return spawnSync(process.execPath, [BIN, 'bench', ...args], { encoding: 'utf8' });
}

function results(...args: string[]): BenchResult {
  const { status, stdout, stderr } = bench('train', ...TINY, '--json', ...args);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as BenchResult;
}

function expectEqual(actual: Row['values'], expected: Row['values']): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs((value as number) / (expected[i] as number) - 1), `step ${i}`).toBeLessThanOrEqual(1e-4);
  });
}

baseTest.skipIf(!native)(
  'a tiny run has a row for each contestant, with ratios between them, and says whom it skipped',
  () => {
    const { rows, ratios, skipped } = results('--profile').cases[0] ?? expect.unreachable();
    const names = rows.map(({ contestant }) => contestant);
    expect(names).toEqual(['stock', 'eager', 'captured-float32', 'captured-bfloat16']);
    expect(skipped.map(({ contestant }) => contestant.startsWith('torch'))).toEqual([true, true, true, true]);
    expect(skipped[0]?.why).toBe('no Python with torch was named');

    const [stock, eager, captured, bfloat16] = rows as [Row, Row, Row, Row];
    for (const { stepMs, imagesPerSecond, steps, roundMs, peakBytes } of rows) {
      expect(stepMs).toBeGreaterThan(0);
      expect(steps).toBeGreaterThanOrEqual(3);
      expect(roundMs).toEqual([stepMs]);
      expect(imagesPerSecond).toBeCloseTo(2000 / stepMs, 6);
      expect(peakBytes).toBeGreaterThan(100 * 2 ** 20);
    }
    expect(ratios).toEqual(
      [captured, bfloat16].map((row) => ({
        of: row.contestant,
        over: 'stock',
        imagesPerSecond: expect.closeTo(stock.stepMs / row.stepMs, 9),
        peakBytes: row.peakBytes / stock.peakBytes,
      })),
    );

    expect(captured.values).toHaveLength(5);
    expectEqual(captured.values, eager.values);
    expect(captured.ops?.[0]?.ms).toBeGreaterThan(0);
    expect(eager.ops).toBeUndefined();
  },
  FIVE_MINUTES,
);
type Row = BenchResult['cases'][number]['rows'][number];

baseTest.skipIf(!native)(
  'inference: captured outputs are the eager ones; who is left out is skipped',
  () => {
    const out = ['--without', 'stock', 'captured-bfloat16'];
    const { rows, skipped } = results('--inference', ...out).cases[0] ?? expect.unreachable();
    const [eager, captured] = rows as [Row, Row];
    expect(rows.map(({ contestant }) => contestant)).toEqual(['eager', 'captured-float32']);
    expectEqual(captured.values, eager.values);
    expect(skipped).toContainEqual({ contestant: 'stock', why: 'left out, as was asked for' });
  },
  FIVE_MINUTES,
);

baseTest.skipIf(!native || !hasTorch)(
  'with a Python that has torch its rows are there, and ratios to them',
  () => {
    const { rows, ratios } = results('--python', 'python3').cases[0] ?? expect.unreachable();
    expect(rows.map(({ contestant }) => contestant)).toContain('torch-bfloat16');
    expect(ratios.map(({ of, over }) => `${of} over ${over}`)).toEqual([
      'captured-float32 over stock',
      'captured-float32 over torch-float32',
      'captured-bfloat16 over stock',
      'captured-bfloat16 over torch-bfloat16',
    ]);
  },
  FIVE_MINUTES,
);

const WRONG: readonly (readonly [args: string[], line: RegExp])[] = [
  [['race'], /^viewgap bench: unknown command 'race' \(see viewgap bench --help\)\n$/],
  [['train', '--images', 'i'], /^viewgap bench: unknown option '--images' \(.*\)\n$/],
  [
    ['train', '--model', 'cn'],
    /^viewgap bench: option '--model <name>' argument 'cn' is invalid \(allowed choices are cnn, resnet50, .*\)\n$/,
  ],
  [
    ['train', '--model', 'cnn', '--batch', '2'],
    /^viewgap bench: one case needs a model, a size and a batch: no --size \(give all three\)\n$/,
  ],
  [
    ['train', '--model', 'cnn', '--size', '33', '--batch', '2'],
    /^viewgap bench: not a multiple of 32: --size 33 \(give 32, 64, 96, …\)\n$/,
  ],
  [
    ['train', '--seconds', '0'],
    /^viewgap bench: option '--seconds <number>' argument '0' is invalid \(give a whole number from 1\)\n$/,
  ],
  [
    ['train', '--python', '/no/python'],
    /^viewgap bench: no such Python: \/no\/python \(give the path of one that has torch\)\n$/,
  ],
  [
    ['train', '--python', 'false'],
    /^viewgap bench: this Python cannot import torch: false \(run: false -m pip install torch\)\n$/,
  ],
];
const wrong = outcomesOf(WRONG.map(([args]) => ['bench', ...args]));

test.each(WRONG.map(([args, line], i) => [args, line, wrong[i] as Outcome] as const))(
  'a wrong call %j is one line on stderr and status 2',
  (_args, line, { status, stdout, stderr }) => {
    expect(stderr).toMatch(line);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  },
);
