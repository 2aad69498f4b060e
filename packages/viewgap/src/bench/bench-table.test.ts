import type { BenchRow, CaseResult } from '@viewgap/engine';
import { describe, expect, test } from 'vitest';
import { benchHead, caseTable } from './bench-table.ts';

const engine = { engine: 'native-cpu', tfjs: '4.22.0', tensorflow: '2.21.0' } as const;
const identity = { ...engine, wheelSha256: null, addonSourceSha256: null };

function row(contestant: BenchRow['contestant'], title: string, stepMs: number): BenchRow {
  const precision = contestant.endsWith('bfloat16') ? 'bfloat16' : 'float32';
  const rate = { imagesPerSecond: 16_000 / stepMs, stepMs, steps: 27, roundMs: [stepMs, stepMs / 2, stepMs] };
  const facts = { contestant, title, precision, version: '', weights: 1 } as const;
  return { ...facts, ...rate, peakBytes: 715 * 2 ** 20, values: [0.9, 0.8, 0.7, 0.6, 0.51234] };
}

const CASE: CaseResult = {
  model: 'cnn',
  size: 64,
  batch: 16,
  inference: false,
  rows: [row('stock', 'stock tfjs-node, eager', 320), row('captured-bfloat16', 'engine, captured', 12.8)],
  ratios: [{ of: 'captured-bfloat16', over: 'stock', imagesPerSecond: 25, peakBytes: 1 }],
  skipped: [
    { contestant: 'torch-float32', why: 'no Python with torch was named' },
    { contestant: 'torch-compile-float32', why: 'compiling was not asked for' },
    { contestant: 'torch-bfloat16', why: 'no Python with torch was named' },
  ],
};

test('the head says what all results have in common', () => {
  expect(benchHead({ engine: identity, threads: 2, seconds: 3, rounds: 5, cases: [] })).toBe(
    'native-cpu, TensorFlow 2.21.0, TensorFlow.js 4.22.0; 2 threads; medians of 5 rounds of 3 s',
  );
  expect(benchHead({ engine: identity, threads: 2, seconds: 1, rounds: 1, cases: [] })).toMatch(
    / 1 round of 1 s$/,
  );
});

describe('the table of a case', () => {
  test('has a line for each contestant, each comparison and each reason to skip some', () => {
    expect(caseTable(CASE).split('\n')).toEqual([
      'cnn, 64 px, batch 16, training',
      '                                    images/s    by round     ms  steps  peak MiB  loss, step 5',
      '  stock tfjs-node, eager  float32       50.0  50.0-100.0  320.0     27       715       0.51234',
      '  engine, captured        bfloat16      1250   1250-2500   12.8     27       715       0.51234',
      '                                                                     images/s  peak memory',
      '  engine, captured  bfloat16  over  stock tfjs-node, eager  float32   25.00 x       1.00 x',
      '  skipped: torch-float32, torch-bfloat16',
      '    no Python with torch was named',
      '  skipped: torch-compile-float32',
      '    compiling was not asked for',
    ]);
  });

  test('names the ops of a profile, slowest first, and at most twelve', () => {
    const ops = Array.from({ length: 13 }, (_, i) => ({ op: `Op${i}`, count: 2, ms: 1 / (i + 1) }));
    const lines = caseTable({ ...CASE, rows: CASE.rows.map((one) => ({ ...one, ops })) }).split('\n');
    expect(lines).toContain('  ops of captured-bfloat16, slowest first');
    expect(lines).toContain('  Op1        2  0.50');
    expect(lines.filter((line) => line.includes('Op11'))).toHaveLength(CASE.rows.length);
    expect(lines.filter((line) => line.includes('Op12'))).toEqual([]);
  });

  test('is at most 100 columns wide, also with the longest names and large numbers', () => {
    const long = [
      row('torch-compile-bfloat16', 'stock tfjs-node, eager', 0.5),
      row('stock', 'slow', 99_999.9),
    ];
    const ratios = long.map(({ contestant }) => ({
      of: contestant,
      over: contestant,
      imagesPerSecond: 1000,
      peakBytes: 100,
    }));
    const lines = caseTable({ ...CASE, rows: long, ratios }).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  test('without rows says why', () => {
    const none = {
      ...CASE,
      rows: [],
      ratios: [],
      skipped: [{ contestant: 'stock', why: 'no compiler' } as const],
    };
    expect(caseTable(none)).toBe('cnn, 64 px, batch 16, training\n  skipped: stock\n    no compiler');
  });
});
