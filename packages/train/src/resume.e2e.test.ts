import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Artifact } from '@viewgap/artifacts';
import { silentProgress } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog } from '../test/planted-catalog.ts';
import { plantedTraining, STEPS } from '../test/planted-training.ts';

const PROGRAM = fileURLToPath(new URL('../test/killed-training.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-resume-'));
  await plantedCatalog(folder, 96);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function killedAt(step: number): Promise<void> {
  const args = ['--import', import.meta.resolve('tsx'), PROGRAM, folder, 'killed', String(step)];
  const [, signal] = await once(
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }),
    'close',
  );
  expect(signal).toBe('SIGKILL');
  expect(existsSync(join(folder, 'killed/manifest.json'))).toBe(false);
}

test('killed at any step and run again, a training ends with the same artifact as an undisturbed one', async () => {
  // Late enough that a checkpoint is on the disk; what was being written then is lost.
  const step = randomInt(9, STEPS);
  await killedAt(step);
  const log: string[] = [];
  const resumed = await plantedTraining(folder, 'killed', {
    ...silentProgress,
    log: (line) => log.push(line),
  });
  const [, from] = /goes on after step (\d+) of 18/.exec(log.join()) ?? [];
  expect(Number(from), `killed at step ${step}`).toBeGreaterThan(0);
  expect(Number(from), `killed at step ${step}`).toBeLessThan(step);
  const whole = await plantedTraining(folder, 'whole', silentProgress);
  const bytes = ({ folder: at }: Artifact, file: string) => readFileSync(join(at, file));
  for (const file of ['weights.safetensors', 'history.jsonl', 'manifest.json']) {
    expect(Buffer.compare(bytes(resumed, file), bytes(whole, file)), `${file}, killed at step ${step}`).toBe(
      0,
    );
  }
  expect(existsSync(join(folder, 'killed-checkpoints'))).toBe(false);
});
