import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, test as baseTest, beforeAll, expect } from 'vitest';
import { readEvents } from '../../test/event-file.ts';
import { defaultCacheDir, prepareEngine, startEngine, summaryWriter, tf } from '../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');
const test = baseTest.skipIf(!native);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewgap-events-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function writeSome(to: string): Promise<string> {
  await startEngine({ ...engine, prefer: 'native' });
  const writer = summaryWriter(to);
  writer?.scalar('loss/classification', 0.68, 1);
  writer?.scalar('loss/classification', 0.25, 2_000_000_000);
  writer?.scalar('validation/mAUROC', 0, 4);
  writer?.close();
  const [name = ''] = await readdir(to);
  return join(to, name);
}

test('the file holds the numbers with their names and steps, each record with its checksums', async () => {
  const path = await writeSome(join(folder, 'made/for/it'));
  expect(readEvents(path)).toEqual([
    { name: 'loss/classification', step: 1, value: Math.fround(0.68) },
    { name: 'loss/classification', step: 2_000_000_000, value: 0.25 },
    { name: 'validation/mAUROC', step: 4, value: 0 },
  ]);
});

const reader = `
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
print([round(e.value, 4) for e in events.Scalars("loss/classification")] if "loss/classification" in events.Tags()["scalars"]
  else [round(float(events.Tensors("loss/classification")[i].tensor_proto.float_val[0]), 4) for i in range(2)])`;
const tensorboard = (() => {
  try {
    execFileSync('python3', ['-c', 'import tensorboard'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

baseTest.skipIf(!native || !tensorboard)('TensorBoard itself reads it', async () => {
  const path = await writeSome(join(folder, 'for-tensorboard'));
  expect(execFileSync('python3', ['-c', reader, path], { encoding: 'utf8' })).toBe('[0.68, 0.25]\n');
});

test('flushed, it is on the disk before it is closed; nothing is left in memory', async () => {
  await startEngine({ ...engine, prefer: 'native' });
  const before = tf.memory().numTensors;
  const to = join(folder, 'flushed');
  const writer = summaryWriter(to);
  writer?.scalar('lr', 0.001, 7);
  writer?.flush();
  const [name = ''] = await readdir(to);
  expect(readEvents(join(to, name))).toMatchObject([{ name: 'lr', step: 7 }]);
  writer?.close();
  expect(tf.memory().numTensors).toBe(before);
});

baseTest('engines other than TensorFlow have none', async () => {
  await startEngine({ ...engine, prefer: 'wasm' });
  expect(summaryWriter(join(folder, 'none'))).toBeNull();
});
