import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@viewgap/artifacts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checkpoint, CheckpointFolder } from './checkpoint-folder.ts';

const KEY = sha256('these data, settings and code');
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function checkpoint(step: number): Checkpoint {
  const data = Float32Array.of(step, -0, 1e-42, 0.1);
  return {
    step,
    state: JSON.stringify({ step, losses: 0.1 + 0.2 }),
    tensors: new Map([['w', { shape: [2, 2], data }]]),
  };
}

/** As one process does it that saves these steps. */
async function saved(...steps: number[]): Promise<CheckpointFolder> {
  const checkpoints = new CheckpointFolder(folder, KEY);
  for (const step of steps) await checkpoints.save(checkpoint(step));
  return checkpoints;
}

const latest = (key = KEY) => new CheckpointFolder(folder, key).latest();
const fileOf = (step: number) => join(folder, `step-0000000${step}.safetensors`);

test('what was saved comes back bit for bit', async () => {
  await saved(3);
  const found = (await latest()).checkpoint;
  expect(found).toEqual(checkpoint(3));
  expect(Buffer.from(found?.tensors.get('w')?.data.buffer as ArrayBuffer)).toEqual(
    Buffer.from(checkpoint(3).tensors.get('w')?.data.buffer as ArrayBuffer),
  );
});

test('nothing was saved: nothing is found, and nothing is wrong', async () => {
  expect(await latest()).toEqual({ checkpoint: null, damaged: [], foreign: [] });
  await rm(folder, { recursive: true });
  expect((await latest()).checkpoint).toBeNull();
});

test('the last two are kept, also over a restart', async () => {
  await saved(1, 2, 3);
  expect((await readdir(folder)).sort()).toEqual(['step-00000002.safetensors', 'step-00000003.safetensors']);
  const next = new CheckpointFolder(folder, KEY);
  await next.latest();
  await next.save(checkpoint(5));
  expect((await readdir(folder)).sort()).toEqual(['step-00000003.safetensors', 'step-00000005.safetensors']);
});

test.each([
  ['is cut short', (path: string) => truncate(path, 40)],
  ['lacks its last byte', async (path: string) => truncate(path, (await readFile(path)).length - 1)],
  ['is empty', (path: string) => writeFile(path, '')],
  ['has a changed bit among its values', (path: string) => flipBit(path, -1)],
  [
    'has a changed bit in its state',
    async (path: string) => flipBit(path, (await readFile(path)).indexOf('losses')),
  ],
  ['is another’s under its name', async (path: string) => writeFile(path, await readFile(fileOf(1)))],
])('the newest one %s: the one before is taken', async (_how, damage) => {
  await saved(1, 2);
  await damage(fileOf(2));
  const found = await latest();
  expect(found.checkpoint?.step).toBe(1);
  expect(found.damaged).toEqual(['step-00000002.safetensors']);
});

test('those of other data, settings or code are not taken, and make room for the first of these', async () => {
  await saved(1, 2);
  const other = new CheckpointFolder(folder, sha256('another learning rate'));
  expect(await other.latest()).toMatchObject({ checkpoint: null, foreign: { length: 2 } });
  expect((await latest()).checkpoint?.step).toBe(2);
  await other.save(checkpoint(1));
  expect(await readdir(folder)).toEqual(['step-00000001.safetensors']);
});

test('what a killed run was writing is no checkpoint, and goes with the next one', async () => {
  await saved(1);
  await writeFile(join(folder, '.tmp-123-abc'), 'half');
  await mkdir(join(folder, 'step-00000009.safetensors.d'));
  const next = new CheckpointFolder(folder, KEY);
  expect((await next.latest()).checkpoint?.step).toBe(1);
  await next.save(checkpoint(2));
  expect((await readdir(folder)).sort()).toEqual(['step-00000001.safetensors', 'step-00000002.safetensors']);
});

async function flipBit(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = (bytes[index] as number) ^ 1;
  await writeFile(path, bytes);
}
