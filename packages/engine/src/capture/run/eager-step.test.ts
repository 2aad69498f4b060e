import { test as baseTest, expect } from 'vitest';
import { captureTraining, smallBatch } from '../../../test/small-network.ts';
import { encodeSafetensors } from '../../formats/safetensors.ts';
import { defaultCacheDir, prepareEngine, startEngine, tf } from '../../index.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

async function training(prefer: 'native' | 'wasm', precision: 'float32' | 'bfloat16' = 'float32') {
  await startEngine({ ...engine, prefer });
  const { network, step } = captureTraining(1, { precision });
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) losses.push((await step.run(...smallBatch(8, i))).data[0] as number);
  const facts = {
    losses,
    state: await step.read(),
    compiled: step.compiled,
    precision: step.precision,
    profile: await step.profile(...smallBatch(8, 5)),
  };
  step.dispose();
  network.dispose();
  return facts;
}

baseTest('without graphs a step runs eagerly in float32, with nothing to profile', async () => {
  const { compiled, precision, profile } = await training('wasm', 'bfloat16');
  expect({ compiled, precision, profile }).toEqual({ compiled: false, precision: 'float32', profile: null });
});

const test = baseTest.skipIf(!native);

test('losses and state are the same with graphs and without, within 1e-4 over 5 steps', async () => {
  const graph = await training('native');
  const eager = await training('wasm');
  expect(graph.compiled).toBe(true);
  graph.losses.forEach((loss, i) => {
    expect(Math.abs((eager.losses[i] as number) / loss - 1), `step ${i}`).toBeLessThanOrEqual(1e-4);
  });
  expect([...eager.state.keys()].sort()).toEqual([...graph.state.keys()].sort());
  for (const [name, { shape }] of graph.state) expect(eager.state.get(name)?.shape, name).toEqual(shape);
});

test('what one engine saved, the other trains on from', async () => {
  const { state } = await training('wasm');
  await startEngine({ ...engine, prefer: 'native' });
  const { network, step } = captureTraining(2);
  await step.write(state);
  expect(Buffer.compare(encodeSafetensors(await step.read()), encodeSafetensors(state))).toBe(0);
  step.dispose();
  network.dispose();
  expect(tf.getBackend()).toBe('tensorflow');
});

test('the profile of a graph names its ops', async () => {
  const { profile } = await training('native');
  expect(Buffer.from(profile as Uint8Array).includes('Conv2DBackpropFilter')).toBe(true);
});
