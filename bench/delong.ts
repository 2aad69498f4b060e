#!/usr/bin/env tsx
// AUROC with DeLong's interval on a million scores, beside R's pROC and numpy, in one run and on the same numbers.
// npx tsx bench/delong.ts [--scores 1000000] [--python python3] [--rscript Rscript]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { delong, delongInterval, delongVariance } from '@viewgap/evaluate';
import { normals, uniforms } from '@viewgap/stats';

const { values } = parseArgs({
  options: {
    scores: { type: 'string', default: '1000000' },
    python: { type: 'string', default: 'python3' },
    rscript: { type: 'string', default: 'Rscript' },
  },
});

interface Timing {
  readonly seconds: number;
  readonly auroc: number;
  readonly lo: number;
}

/** One score in ten is of a positive, one standard deviation higher. */
function draw(n: number): { scores: Float64Array; labels: Uint8Array } {
  const uniform = uniforms(1);
  const normal = normals(uniform);
  const labels = Uint8Array.from({ length: n }, () => (uniform() < 0.1 ? 1 : 0));
  return { scores: Float64Array.from(labels, (label) => normal() + label), labels };
}

function ours(scores: Float64Array, labels: Uint8Array): Timing {
  const runs = Array.from({ length: 5 }, () => {
    // a new array each time: the ranking of one that was seen before is kept
    const fresh = scores.slice();
    const start = performance.now();
    const curve = delong(fresh, labels);
    if (curve === null) throw new Error('one class only');
    const [lo] = delongInterval(curve.auroc, delongVariance(curve) as number, 0.95);
    return { seconds: (performance.now() - start) / 1000, auroc: curve.auroc, lo };
  });
  return runs.sort((a, b) => a.seconds - b.seconds)[2] as Timing;
}

function theirs(command: string, args: readonly string[]): Timing {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Timing;
}

const n = Number(values.scores);
const { scores, labels } = draw(n);
const folder = await mkdtemp(join(tmpdir(), 'viewgap-bench-'));
try {
  const file = join(folder, 'scores.bin');
  await writeFile(
    file,
    Buffer.concat([Buffer.from(scores.buffer), Buffer.from(Float64Array.from(labels).buffer)]),
  );
  const script = (name: string) => join(import.meta.dirname, name);
  const timings: Record<string, Timing> = {
    viewgap: ours(scores, labels),
    pROC: theirs(values.rscript, [script('delong.R'), file, String(n)]),
    numpy: theirs(values.python, [script('delong.py'), file]),
  };
  console.log('| | seconds, median of 5 | AUROC | lower end |\n| --- | --- | --- | --- |');
  for (const [name, { seconds, auroc, lo }] of Object.entries(timings)) {
    console.log(`| ${name} | ${seconds.toFixed(3)} | ${auroc.toFixed(12)} | ${lo.toFixed(12)} |`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
