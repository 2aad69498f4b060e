import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openArtifact } from '@viewgap/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantedCatalog } from '../test/planted-catalog.ts';

const PROGRAM = fileURLToPath(new URL('../test/planted-training.ts', import.meta.url));
const STEPS = 18;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-resume-'));
  await plantedCatalog(folder, 96);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const checkpoints = (name: string) => join(folder, `${name}-checkpoints`);

/** One thread: then sums have one order, and equal means bit for bit. */
function start(name: string): ChildProcess {
  const args = [PROGRAM, folder, join(folder, name), checkpoints(name)];
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' };
  return spawn(process.execPath, ['--import', import.meta.resolve('tsx'), ...args], { env });
}

/** Waits for the end of a training, which is killed once it has done a step. */
async function ended(
  child: ChildProcess,
  step = Number.NaN,
): Promise<{ signal: string | null; said: string }> {
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
    if (new RegExp(`^step ${step} `, 'm').test(said)) child.kill('SIGKILL');
  });
  child.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (_status, signal) => resolve({ signal, said }));
  });
}

test('killed at any step and run again, a training ends with the very artifact of one that nothing disturbed', async () => {
  // Both at once: they share nothing.
  const whole = ended(start('whole'));
  // One before the first checkpoint can be on the disk, one anywhere.
  for (const step of [1, randomInt(4, STEPS)]) {
    const { signal, said } = await ended(start('killed'), step);
    expect(signal, `killed at step ${step}: ${said}`).toBe('SIGKILL');
    expect(existsSync(join(folder, 'killed/manifest.json'))).toBe(false);
  }
  const { said } = await ended(start('killed'));
  expect(said).toMatch(/goes on after step \d+ of 18/);
  await whole;
  const open = (name: string) => openArtifact(join(folder, name), 'train', { rebuild: '', verify: true });
  expect((await open('killed')).manifest).toEqual((await open('whole')).manifest);
  expect(readFileSync(join(folder, 'killed/history.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  expect(existsSync(checkpoints('killed'))).toBe(false);
});
