import { test as baseTest, beforeEach, describe, expect } from 'vitest';
import { SmallNetwork, smallBatch, smallInputs } from '../../test/small-network.ts';
import {
  applyAdam,
  capture,
  defaultCacheDir,
  EngineError,
  prepareEngine,
  startEngine,
  tf,
} from '../index.ts';
import type { InputValue } from './record/step.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

describe.for(['native', 'wasm'] as const)('on %s', (prefer) => {
  const test = baseTest.skipIf(prefer === 'native' && !native);

  beforeEach(async () => {
    if (prefer === 'wasm' || native) await startEngine({ ...engine, prefer });
  });

  test('bytes reach the step as float32, 0 … 255', async () => {
    const step = capture(
      (x) => {
        expect((x as tf.Tensor).dtype).toBe('float32');
        return tf.div(x as tf.Tensor, 2);
      },
      { inputs: [{ shape: [2, 2], dtype: 'uint8' }] },
    );
    expect(await step.run(Uint8Array.of(0, 1, 128, 255))).toEqual({
      shape: [2, 2],
      data: Float32Array.of(0, 0.5, 64, 127.5),
    });
    step.dispose();
  });

  test('int32 stays int32, in and out', async () => {
    const step = capture((x) => tf.add(x as tf.Tensor, tf.scalar(1, 'int32')), {
      inputs: [{ shape: [3], dtype: 'int32' }],
    });
    expect(await step.run(Int32Array.of(-5, 0, 2 ** 31 - 2))).toEqual({
      shape: [3],
      data: Int32Array.of(-4, 1, 2 ** 31 - 1),
    });
    step.dispose();
  });

  test('tensors are inputs too, and stay the caller’s; so does a part of a larger buffer', async () => {
    const step = capture((a, b) => tf.sub(a as tf.Tensor, b as tf.Tensor), {
      inputs: [{ shape: [2] }, { shape: [2] }],
    });
    const a = tf.tensor1d([5, 6]);
    const b = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const before = tf.memory().numTensors;
    expect(await step.run(a, b)).toEqual({ shape: [2], data: Float32Array.of(4, 4) });
    expect(tf.memory().numTensors).toBe(before);
    expect([...a.dataSync()]).toEqual([5, 6]);
    step.dispose();
    a.dispose();
  });

  test('several outputs have names, in any shape and number', async () => {
    const step = capture(
      (x) => ({
        sum: tf.sum(x as tf.Tensor),
        rows: tf.reshape(x as tf.Tensor, [3, 1, 2]),
        none: tf.slice(x as tf.Tensor, 0, 0),
        same: x as tf.Tensor,
      }),
      { inputs: [{ shape: [6] }] },
    );
    const six = Float32Array.of(1, 2, 3, 4, 5, 6);
    expect(await step.run(six)).toEqual({
      sum: { shape: [], data: Float32Array.of(21) },
      rows: { shape: [3, 1, 2], data: six },
      none: { shape: [0], data: new Float32Array() },
      same: { shape: [6], data: six },
    });
    step.dispose();
  });

  test('calls that are not awaited run in their order', async () => {
    const total = tf.variable(tf.scalar(1));
    const step = capture(
      (x) => {
        total.assign(tf.add(tf.mul(total, 2), x as tf.Tensor));
        return tf.mul(total, 1);
      },
      { inputs: [{ shape: [] }], variables: { total } },
    );
    const values = await Promise.all([1, 2, 3, 4].map((x) => step.run(Float32Array.of(x))));
    // t <- 2 t + x from 1.
    expect(values.map(({ data }) => data[0])).toEqual([3, 8, 19, 42]);
    step.dispose();
    total.dispose();
  });

  test.for<[string, InputValue[], string]>([
    ['too few', [], 'a captured step got another number of inputs: 0 (it was captured with 1)'],
    [
      'too many',
      [new Float32Array(4), new Float32Array(4)],
      'a captured step got another number of inputs: 2 (it was captured with 1)',
    ],
    [
      'another size',
      [new Float32Array(5)],
      'input 0 of a captured step is not Float32Array of 4: Float32Array of 5 (it was captured for [2,2])',
    ],
    [
      'another type',
      [new Uint8Array(4)],
      'input 0 of a captured step is not Float32Array of 4: Uint8Array of 4 (it was captured for [2,2])',
    ],
  ])('%s is an error, and the next call works', async ([, batch, message]) => {
    const step = capture((x) => tf.sum(x as tf.Tensor), { inputs: [{ shape: [2, 2] }] });
    const refused = step.run(...batch);
    await expect(refused).rejects.toThrow(EngineError);
    await expect(refused).rejects.toThrow(message);
    expect((await step.run(new Float32Array(4).fill(2))).data[0]).toBe(8);
    step.dispose();
  });

  test('a tensor of another shape is an error', async () => {
    const step = capture((x) => tf.sum(x as tf.Tensor), { inputs: [{ shape: [2, 2] }] });
    const transposed = tf.zeros([4]);
    await expect(step.run(transposed)).rejects.toThrow(
      'input 0 of a captured step is not of shape [2,2]: [4] (it was captured for [2,2])',
    );
    tf.dispose(transposed);
    step.dispose();
  });

  test('nothing runs after it was disposed of, not even twice', async () => {
    const step = capture((x) => tf.sum(x as tf.Tensor), { inputs: [{ shape: [1] }] });
    const last = step.run(Float32Array.of(7));
    step.dispose();
    step.dispose();
    expect((await last).data[0]).toBe(7);
    await expect(step.run(Float32Array.of(7))).rejects.toThrow('disposed of');
  });

  test('inference that shares sees what the training step trained, also at the size of a last short batch', async () => {
    const network = new SmallNetwork();
    const { variables } = network;
    const initial = await variableValues(variables);
    const train = capture(
      (images, labels) => {
        const { value, grads } = network.gradients(images as tf.Tensor, labels as tf.Tensor);
        applyAdam(grads, 3e-3);
        return value as tf.Tensor;
      },
      { inputs: smallInputs(8), variables },
    );
    const infer = (batch: number) =>
      capture((images) => network.logits(images as tf.Tensor, false), {
        inputs: smallInputs(batch).slice(0, 1),
        variables,
        sharing: train,
      });
    const [whole, short] = [infer(8), infer(3)];
    const [images] = smallBatch(8, 100);
    const untrained = await whole.run(images);
    for (let i = 0; i < 5; i++) await train.run(...smallBatch(8, i));
    const trained = await whole.run(images);
    expect(trained.data).not.toEqual(untrained.data);

    // The same by hand: what the session holds, in eager variables.
    for (const [name, { shape, data }] of await train.read()) {
      if (name in variables) variables[name]?.assign(tf.tensor(data.slice(), [...shape]));
    }
    expect(await variableValues(variables)).not.toEqual(initial);
    const expected = tf.tidy(() =>
      network.logits(tf.tensor(Float32Array.from(images), [8, 16, 16, 1]), false),
    );
    const expectedData = [...expected.dataSync()];
    trained.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expectedData[i] as number, 5);
    });
    const few = await short.run(images.slice(0, 3 * 16 * 16));
    expect(few.shape).toEqual([3, 3]);
    few.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expectedData[i] as number, 5);
    });

    // Whoever is left keeps the weights.
    train.dispose();
    whole.dispose();
    expect((await short.run(images.slice(0, 3 * 16 * 16))).data).toEqual(few.data);
    short.dispose();
    expected.dispose();
    network.dispose();
  });
});

async function variableValues(variables: Record<string, tf.Variable>): Promise<number[][]> {
  return Promise.all(Object.values(variables).map(async (variable) => [...(await variable.data())]));
}
