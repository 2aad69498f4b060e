#!/usr/bin/env tsx
// Times `evaluate` from Parquet to metrics.json at several sizes, each in a process of its own, with its peak memory.
// npx tsx studies/statistics/time-evaluate.ts [images...]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateConfig, silentProgress } from '@viewgap/contracts';
import { evaluatePredictions } from '@viewgap/evaluate';
import { writeLargeTable } from './large-table.ts';

/** Five findings, two models. */
const ROWS_AN_IMAGE = 10;

async function timeOne(predictions: string, out: string): Promise<void> {
  const start = performance.now();
  await evaluatePredictions({
    predictions: [predictions],
    inputs: {},
    config: evaluateConfig.parse({}),
    out,
    progress: silentProgress,
    clock: () => new Date(0),
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS * 1024 }));
}

async function timeAll(sizes: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'viewgap-time-'));
  try {
    console.log('| images | rows | seconds | peak, GiB |\n| --- | --- | --- | --- |');
    for (const images of sizes) {
      const table = join(folder, 'table.parquet');
      await writeLargeTable(table, images);
      const args = ['--import', 'tsx', import.meta.filename, '--one', table, join(folder, 'out')];
      const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const { seconds, peak } = JSON.parse(stdout) as { seconds: number; peak: number };
      console.log(
        `| ${images} | ${images * ROWS_AN_IMAGE} | ${seconds.toFixed(1)} | ${(peak / 2 ** 30).toFixed(2)} |`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === '--one') await timeOne(rest[0] as string, rest[1] as string);
else {
  const sizes = process.argv.slice(2).map(Number);
  await timeAll(sizes.length > 0 ? sizes : [100_000, 400_000, 1_600_000]);
}
